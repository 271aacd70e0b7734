import { createHash, createHmac } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { ServiceError } from './aws-json-error.ts'

/** A key pair that a server knows. */
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** The access key id that a request claims to be signed with, or the empty string. */
export function claimedIdentity(headers: IncomingHttpHeaders): string {
  return /Credential=([^/,\s]+)\//.exec(headers.authorization ?? '')?.[1] ?? ''
}

/**
 * Refuses a request as AWS does when it is unsigned, signed for another region or service, or (where `known` keys are given)
 * signed with an unknown key or wrongly. Signature Version 4: docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
 */
export function checkSignature(
  request: { readonly headers: IncomingHttpHeaders; readonly body: Buffer },
  scope: { readonly region: string; readonly service: string },
  known?: readonly Credentials[],
): void {
  const { headers, body } = request
  const authorization = headers.authorization
  if (!authorization) {
    throw new ServiceError('MissingAuthenticationTokenException', 'Missing Authentication Token')
  }
  const parsed =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request,\s*SignedHeaders=([^,]+),\s*Signature=([0-9a-f]{64})$/.exec(
      authorization,
    )
  const date = headers['x-amz-date']
  if (!parsed || typeof date !== 'string' || !/^\d{8}T\d{6}Z$/.test(date)) {
    throw new ServiceError(
      'IncompleteSignatureException',
      'Authorization header requires Credential, SignedHeaders and Signature, and the request an X-Amz-Date.',
    )
  }
  const [, id = '', day = '', region = '', service = '', signedHeaders = '', signature] = parsed
  if (region !== scope.region || service !== scope.service || !date.startsWith(day)) {
    throw new ServiceError(
      'InvalidSignatureException',
      `Credential should be scoped to ${scope.region}/${scope.service}, not ${region}/${service}.`,
    )
  }
  if (!known) return
  const key = known.find((credentials) => credentials.accessKeyId === id)
  if (!key) {
    throw new ServiceError(
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
    )
  }
  const names = signedHeaders.split(';')
  const canonical = [
    'POST',
    '/',
    '',
    ...names.map(
      (name) =>
        `${name}:${String(headers[name] ?? '')
          .replace(/\s+/g, ' ')
          .trim()}`,
    ),
    '',
    signedHeaders,
    sha256(body),
  ].join('\n')
  const toSign = `AWS4-HMAC-SHA256\n${date}\n${day}/${region}/${service}/aws4_request\n${sha256(canonical)}`
  let secret: string | Buffer = `AWS4${key.secretAccessKey}`
  for (const part of [day, region, service, 'aws4_request', toSign]) {
    secret = createHmac('sha256', secret).update(part).digest()
  }
  if (secret.toString('hex') !== signature || !names.includes('host')) {
    throw new ServiceError(
      'InvalidSignatureException',
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.',
    )
  }
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex')
}
