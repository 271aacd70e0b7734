import type { Bucket, Checksum, Description, Encryption, StoredBlob } from './buckets.ts'
import { Refusal } from './errors.ts'
import { type Exchange, headerOf, type World } from './exchange.ts'

const SSE = 'x-amz-server-side-encryption'
const KEPT = [
  'content-type',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'expires',
]
const CLASSES = [
  'STANDARD',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER_IR',
  'GLACIER',
  'DEEP_ARCHIVE',
]

/** What a PutObject or CreateMultipartUpload says about the object, checked. */
export function described(exchange: Exchange, bucket: Bucket, world: World): Description {
  const { headers } = exchange
  if (Buffer.byteLength(exchange.key) > 1024) throw new Refusal('KeyTooLongError', 'Your key is too long')
  const storageClass = headerOf(exchange, 'x-amz-storage-class') ?? 'STANDARD'
  if (!CLASSES.includes(storageClass))
    throw new Refusal('InvalidArgument', 'The storage class you specified is not valid')
  const metadata = Object.entries(headers)
    .filter(([name]) => name.startsWith('x-amz-meta-'))
    .map(([name, value]) => [name.slice('x-amz-meta-'.length), String(value)] as const)
  if (metadata.reduce((sum, [name, value]) => sum + name.length + value.length, 0) > 2048)
    throw new Refusal('InvalidArgument', 'Your metadata headers exceed the maximum allowed metadata size')
  return {
    encryption: (world.encrypts ? requestedEncryption(exchange, world) : undefined) ?? bucket.encryption,
    metadata: Object.fromEntries(metadata),
    storageClass,
    headers: Object.fromEntries(
      KEPT.flatMap((name) => {
        const value = headerOf(exchange, name)?.replace(/^aws-chunked(,\s*)?/, '')
        return value === undefined || value === '' ? [] : [[name, value]]
      }),
    ),
  }
}

function requestedEncryption(exchange: Exchange, world: World): Encryption | undefined {
  const sse = headerOf(exchange, SSE)
  const kmsKeyId = headerOf(exchange, `${SSE}-aws-kms-key-id`)
  const bucketKey = headerOf(exchange, `${SSE}-bucket-key-enabled`) === 'true'
  if (sse === undefined && kmsKeyId === undefined) return undefined
  if (sse !== 'AES256' && sse !== 'aws:kms' && sse !== 'aws:kms:dsse')
    throw new Refusal('InvalidArgument', 'The encryption method specified is not supported')
  if (sse === 'AES256' && kmsKeyId !== undefined)
    throw new Refusal('InvalidArgument', `${SSE}-aws-kms-key-id is only valid with aws:kms`)
  return { sse, ...(sse !== 'AES256' && { kmsKeyId: keyArn(kmsKeyId, world), bucketKey }) }
}

/** S3 answers with the key's ARN, whatever it was named by. The id of the account's default key is made up here. */
export function keyArn(id: string | undefined, world: World): string {
  if (id?.startsWith('arn:')) return id
  const name =
    id === undefined || id === 'alias/aws/s3'
      ? 'key/aws-s3-default'
      : id.startsWith('alias/')
        ? id
        : `key/${id}`
  return `arn:aws:kms:${world.region}:${world.account}:${name}`
}

export function encryptionHeaders(encryption: Encryption): Record<string, string | undefined> {
  return {
    [SSE]: encryption.sse,
    [`${SSE}-aws-kms-key-id`]: encryption.kmsKeyId,
    [`${SSE}-bucket-key-enabled`]: encryption.bucketKey === true ? 'true' : undefined,
  }
}

export function checksumHeaders(checksum: Checksum, world: World): Record<string, string> {
  if (!world.checksums) return {}
  return {
    [`x-amz-checksum-${checksum.algorithm.toLowerCase()}`]: checksum.value,
    'x-amz-checksum-type': checksum.type,
  }
}

/** The headers of GetObject and HeadObject, without those of a range. */
export function objectHeaders(stored: StoredBlob): Record<string, string | undefined> {
  return {
    'accept-ranges': 'bytes',
    'content-type': 'binary/octet-stream',
    ...stored.headers,
    etag: stored.etag,
    'last-modified': stored.lastModified.toUTCString(),
    ...encryptionHeaders(stored.encryption),
    'x-amz-storage-class': stored.storageClass === 'STANDARD' ? undefined : stored.storageClass,
    ...Object.fromEntries(
      Object.entries(stored.metadata).map(([name, value]) => [`x-amz-meta-${name}`, value]),
    ),
  }
}
