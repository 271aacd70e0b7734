import { randomBytes } from 'node:crypto'
import { readBlobs } from './blobs.ts'
import { bucketNamed, type Bucket, type Encryption, type StoredBlob } from './buckets.ts'
import { checksumHeaders, described, encryptionHeaders, objectHeaders } from './describe.ts'
import { Refusal } from './errors.ts'
import { type Exchange, type Handler, headerOf, type World } from './exchange.ts'
import { announcedBytes, receive } from './payload.ts'
import { childText, type XmlValue } from './xml.ts'

/** An MD5 only where nothing is encrypted with KMS, as with S3: so nobody can come to rely on it. */
export function etagFor(encryption: Encryption, md5: string, suffix = ''): string {
  return `"${encryption.sse === 'AES256' ? md5 : randomBytes(16).toString('hex')}${suffix}"`
}

/** `If-None-Match: *`: the one conditional write that is built, besides none. */
export function refuseIfThere(exchange: Exchange, bucket: Bucket): void {
  const condition = headerOf(exchange, 'if-none-match')
  if (headerOf(exchange, 'if-match') !== undefined || (condition !== undefined && condition !== '*'))
    throw new Refusal('NotImplemented', 'A header you provided implies functionality that is not implemented')
  if (condition === '*' && bucket.objects.has(exchange.key))
    throw new Refusal('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold')
}

export const putObject: Handler = async (exchange, world) => {
  const bucket = bucketNamed(world.buckets, exchange.bucket)
  const description = described(exchange, bucket, world)
  announcedBytes(exchange.incoming)
  refuseIfThere(exchange, bucket)
  const { blob, md5, checksum } = await receive(exchange.incoming, world.blobs, {
    md5: description.encryption.sse === 'AES256',
  })
  refuseIfThere(exchange, bucket)
  const stored: StoredBlob = {
    ...description,
    key: exchange.key,
    bytes: blob.bytes,
    blobs: [blob],
    etag: etagFor(description.encryption, md5),
    checksum: {
      algorithm: checksum.algorithm,
      type: 'FULL_OBJECT',
      value: checksum.value.toString('base64'),
    },
    lastModified: world.now(),
  }
  bucket.objects.set(exchange.key, stored)
  const headers = {
    etag: stored.etag,
    ...encryptionHeaders(stored.encryption),
    ...checksumHeaders(stored.checksum, world),
  }
  return { status: 200, headers }
}

const bare = (etag: string): string => etag.replaceAll('"', '')

function objectOf(exchange: Exchange, world: World): StoredBlob {
  const stored = bucketNamed(world.buckets, exchange.bucket).objects.get(exchange.key)
  if (!stored) throw new Refusal('NoSuchKey', 'The specified key does not exist.')
  const wanted = headerOf(exchange, 'if-match')
  const unwanted = headerOf(exchange, 'if-none-match')
  if (wanted !== undefined && wanted !== '*' && bare(wanted) !== bare(stored.etag))
    throw new Refusal('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold')
  if (unwanted !== undefined && (unwanted === '*' || bare(unwanted) === bare(stored.etag)))
    throw new Refusal('NotModified', 'Not Modified', { etag: stored.etag })
  return stored
}

function rangeOf(exchange: Exchange, bytes: number): { start: number; end: number } | undefined {
  const parsed = /^bytes=(\d*)-(\d*)$/.exec(headerOf(exchange, 'range') ?? '')
  if (!parsed || (parsed[1] === '' && parsed[2] === '')) return undefined
  const suffix = parsed[1] === ''
  const start = suffix ? Math.max(bytes - Number(parsed[2]), 0) : Number(parsed[1])
  const end = suffix || parsed[2] === '' ? bytes : Math.min(Number(parsed[2]) + 1, bytes)
  if (start >= end)
    throw new Refusal('InvalidRange', 'The requested range is not satisfiable', {
      'content-range': `bytes */${bytes}`,
    })
  return { start, end }
}

export const getObject: Handler = (exchange, world) => {
  const stored = objectOf(exchange, world)
  const range = rangeOf(exchange, stored.bytes)
  const { start, end } = range ?? { start: 0, end: stored.bytes }
  // Refuses here, before the answer has begun, where contents are not kept.
  if (exchange.incoming.method !== 'HEAD') stored.blobs[0]?.slice(0, 0)
  const told = !range && headerOf(exchange, 'x-amz-checksum-mode') === 'ENABLED'
  return {
    status: range ? 206 : 200,
    headers: {
      ...objectHeaders(stored),
      'content-length': String(end - start),
      'content-range': range && `bytes ${start}-${end - 1}/${stored.bytes}`,
      ...(told && checksumHeaders(stored.checksum, world)),
    },
    ...(exchange.incoming.method !== 'HEAD' && { body: readBlobs(stored.blobs, start, end) }),
  }
}

export const deleteObject: Handler = (exchange, world) => {
  const bucket = bucketNamed(world.buckets, exchange.bucket)
  if (world.undeletable.has(exchange.key)) throw new Refusal('AccessDenied', 'Access Denied')
  bucket.objects.delete(exchange.key)
  return { status: 204 }
}

export const deleteObjects: Handler = (exchange, world) => {
  const bucket = bucketNamed(world.buckets, exchange.bucket)
  const { xml } = exchange
  const entries = xml?.children.filter((child) => child.name === 'Object') ?? []
  const keys = entries.map((entry) => childText(entry, 'Key'))
  if (!xml || xml.name !== 'Delete' || keys.length === 0 || keys.length > 1000 || keys.some((key) => !key))
    throw new Refusal(
      'MalformedXML',
      'The XML you provided was not well-formed or did not validate against our published schema',
    )
  if (entries.some((entry) => entry.children.some((child) => child.name !== 'Key')))
    throw new Refusal('NotImplemented', 'DeleteObjects by version or condition is not built')
  const quiet = childText(xml, 'Quiet') === 'true'
  const deleted: XmlValue[] = []
  const errors: XmlValue[] = []
  for (const key of keys.filter((one) => one !== undefined)) {
    if (world.undeletable.has(key)) {
      errors.push({ Key: key, Code: 'AccessDenied', Message: 'Access Denied' })
      continue
    }
    bucket.objects.delete(key)
    if (!quiet) deleted.push({ Key: key })
  }
  return { status: 200, xml: ['DeleteResult', { Deleted: deleted, Error: errors }] }
}
