import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { Refusal } from './errors.ts'

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()

/** RFC 3986, as signature version 4 wants it. */
export function percentEncoded(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

interface Verification {
  readonly region: string
  readonly now: Date
  /** Secrets by access key id. */
  readonly secrets: Readonly<Record<string, string>>
  /** Whether an access key id without a secret here is let in. */
  readonly anyKey: boolean
}

/** The access key id of whoever signed: what a recording names the caller by. Empty when unsigned. */
export function signerOf(incoming: IncomingMessage): string {
  return /Credential=([^/,\s]+)\//.exec(incoming.headers.authorization ?? '')?.[1] ?? ''
}

/**
 * Refuses a request that is not signed with AWS Signature Version 4, for this region, now, and (where the secret is known)
 * correctly. See "Signature calculations for the Authorization header" in the S3 API reference.
 */
export function verifySignature(
  incoming: IncomingMessage,
  path: string,
  query: URLSearchParams,
  by: Verification,
): void {
  const header = incoming.headers.authorization
  if (header === undefined) throw new Refusal('AccessDenied', 'Access Denied')
  const parsed =
    /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,\s]+), ?Signature=([0-9a-f]{64})$/.exec(
      header,
    )
  if (!parsed) throw new Refusal('AuthorizationHeaderMalformed', 'The authorization header is malformed')
  const [, keyId = '', day = '', region = '', service = '', signed = '', signature = ''] = parsed
  if (region !== by.region || service !== 's3')
    throw new Refusal(
      'AuthorizationHeaderMalformed',
      `The authorization header is malformed; the region '${region}' is wrong; expecting '${by.region}'`,
    )
  const stamp = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(String(incoming.headers['x-amz-date']))
  if (!stamp || !stamp[0].startsWith(day))
    throw new Refusal('AccessDenied', 'AWS authentication requires a valid Date or x-amz-date header')
  const [, ...parts] = stamp
  const [year = 0, month = 0, date = 0, hour = 0, minute = 0, second = 0] = parts.map(Number)
  if (Math.abs(Date.UTC(year, month - 1, date, hour, minute, second) - by.now.getTime()) > 15 * 60_000)
    throw new Refusal(
      'RequestTimeTooSkewed',
      'The difference between the request time and the current time is too large.',
    )
  const names = signed.split(';')
  for (const name of Object.keys(incoming.headers)) {
    if ((name === 'host' || name.startsWith('x-amz-')) && !names.includes(name))
      throw new Refusal(
        'AccessDenied',
        `There were headers present in the request which were not signed: ${name}`,
      )
  }
  const secret = by.secrets[keyId]
  if (secret === undefined) {
    if (by.anyKey) return
    throw new Refusal(
      'InvalidAccessKeyId',
      'The AWS Access Key Id you provided does not exist in our records.',
    )
  }
  const canonical = [
    incoming.method,
    path.split('/').map(percentEncoded).join('/'),
    [...query]
      .map(([name, value]) => `${percentEncoded(name)}=${percentEncoded(value)}`)
      .toSorted()
      .join('&'),
    ...names.map(
      (name) =>
        `${name}:${String(incoming.headers[name] ?? '')
          .trim()
          .replaceAll(/ +/g, ' ')}`,
    ),
    '',
    signed,
    String(incoming.headers['x-amz-content-sha256']),
  ].join('\n')
  const scope = `${day}/${region}/${service}/aws4_request`
  const digest = createHash('sha256').update(canonical).digest('hex')
  const key = hmac(hmac(hmac(hmac(`AWS4${secret}`, day), region), service), 'aws4_request')
  const expected = hmac(key, `AWS4-HMAC-SHA256\n${stamp[0]}\n${scope}\n${digest}`)
  if (!timingSafeEqual(expected, Buffer.from(signature, 'hex')))
    throw new Refusal(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    )
}
