import { bucketNamed, inKeyOrder } from './buckets.ts'
import { Refusal } from './errors.ts'
import type { Exchange, Handler, World } from './exchange.ts'
import { uploadOf } from './multipart-operations.ts'
import { percentEncoded } from './signature.ts'
import type { XmlValue } from './xml.ts'

function pageLimit(exchange: Exchange, parameter: string, world: World): { asked: number; limit: number } {
  const text = exchange.query.get(parameter) ?? '1000'
  if (!/^\d+$/.test(text))
    throw new Refusal('InvalidArgument', `Provided ${parameter} not an integer or within integer range`)
  const asked = Number(text)
  return { asked, limit: Math.min(asked, 1000, world.pageSize) }
}

/** How names are written: as they are, or percent-encoded when the client asks, since XML cannot carry every key. */
function namesFor(exchange: Exchange): (name: string | undefined) => string | undefined {
  const type = exchange.query.get('encoding-type')
  if (type !== null && type !== 'url')
    throw new Refusal('InvalidArgument', 'Invalid Encoding Method specified in Request')
  return (name) => (type === 'url' && name !== undefined ? percentEncoded(name).replaceAll('%2F', '/') : name)
}

/** Entries under a prefix, with everything up to the delimiter rolled up: one page from after `from`. */
function page<T extends { readonly key: string }>(
  entries: readonly T[],
  exchange: Exchange,
  limit: number,
  isAfter: (entry: T) => boolean,
): { found: T[]; common: string[]; more: boolean; last: T | undefined } {
  const prefix = exchange.query.get('prefix') ?? ''
  const delimiter = exchange.query.get('delimiter') ?? ''
  const found: T[] = []
  const common: string[] = []
  let last: T | undefined
  for (const entry of entries) {
    if (!entry.key.startsWith(prefix) || !isAfter(entry)) continue
    const cut = delimiter === '' ? -1 : entry.key.indexOf(delimiter, prefix.length)
    const group = cut < 0 ? undefined : entry.key.slice(0, cut + delimiter.length)
    if (group !== undefined && common.at(-1) === group) {
      last = entry
      continue
    }
    if (found.length + common.length >= limit) return { found, common, more: limit > 0, last }
    if (group === undefined) found.push(entry)
    else common.push(group)
    last = entry
  }
  return { found, common, more: false, last }
}

const isAfterKey = (key: string, after: string): boolean =>
  Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0

export const listObjectsV2: Handler = (exchange, world) => {
  const { query } = exchange
  const bucket = bucketNamed(world.buckets, exchange.bucket)
  if (query.get('list-type') !== '2')
    throw new Refusal('InvalidArgument', 'Invalid List Type specified in Request')
  const { asked, limit } = pageLimit(exchange, 'max-keys', world)
  const name = namesFor(exchange)
  const token = query.get('continuation-token')
  const after =
    token === null
      ? (query.get('start-after') ?? '')
      : Buffer.from(token, 'base64url')
          .toString('utf8')
          .replace(/^after:/, '')
  if (token !== null && !Buffer.from(token, 'base64url').toString('utf8').startsWith('after:'))
    throw new Refusal('InvalidArgument', 'The continuation token provided is incorrect')
  const { found, common, more, last } = page(inKeyOrder(bucket.objects.values()), exchange, limit, (stored) =>
    isAfterKey(stored.key, after),
  )
  const contents = found.map((stored) => ({
    Key: name(stored.key),
    LastModified: stored.lastModified.toISOString(),
    ETag: stored.etag,
    ...(world.checksums && {
      ChecksumAlgorithm: stored.checksum.algorithm,
      ChecksumType: stored.checksum.type,
    }),
    Size: stored.bytes,
    StorageClass: stored.storageClass,
    ...(query.get('fetch-owner') === 'true' && { Owner: { ID: world.account } }),
  }))
  const result: XmlValue = {
    Name: bucket.name,
    Prefix: name(query.get('prefix') ?? ''),
    Delimiter: name(query.get('delimiter') ?? undefined),
    StartAfter: name(query.get('start-after') ?? undefined),
    ContinuationToken: token ?? undefined,
    NextContinuationToken: more && last ? Buffer.from(`after:${last.key}`).toString('base64url') : undefined,
    KeyCount: found.length + common.length,
    MaxKeys: asked,
    EncodingType: query.get('encoding-type') ?? undefined,
    IsTruncated: more,
    Contents: contents,
    CommonPrefixes: common.map((prefix) => ({ Prefix: name(prefix) })),
  }
  return { status: 200, xml: ['ListBucketResult', result] }
}

export const listMultipartUploads: Handler = (exchange, world) => {
  const { query } = exchange
  const bucket = bucketNamed(world.buckets, exchange.bucket)
  const { asked, limit } = pageLimit(exchange, 'max-uploads', world)
  const name = namesFor(exchange)
  const keyMarker = query.get('key-marker') ?? ''
  const idMarker = query.get('upload-id-marker') ?? ''
  const ordered = inKeyOrder(
    [...bucket.uploads.values()].toSorted((a, b) => a.initiated.getTime() - b.initiated.getTime()),
  )
  const marked = idMarker === '' ? -1 : ordered.findIndex((upload) => upload.uploadId === idMarker)
  const position = new Map(ordered.map((upload, index) => [upload, index]))
  const { found, common, more, last } = page(ordered, exchange, limit, (upload) =>
    marked >= 0
      ? (position.get(upload) ?? 0) > marked
      : keyMarker === '' || isAfterKey(upload.key, keyMarker),
  )
  const result: XmlValue = {
    Bucket: bucket.name,
    KeyMarker: name(keyMarker),
    UploadIdMarker: idMarker,
    NextKeyMarker: more ? name(last?.key) : undefined,
    NextUploadIdMarker: more ? last?.uploadId : undefined,
    Prefix: name(query.get('prefix') ?? undefined),
    Delimiter: name(query.get('delimiter') ?? undefined),
    EncodingType: query.get('encoding-type') ?? undefined,
    MaxUploads: asked,
    IsTruncated: more,
    Upload: found.map((upload) => ({
      Key: name(upload.key),
      UploadId: upload.uploadId,
      Initiator: { ID: world.account },
      Owner: { ID: world.account },
      StorageClass: upload.storageClass,
      Initiated: upload.initiated.toISOString(),
      ...(upload.checksum.asked && {
        ChecksumAlgorithm: upload.checksum.algorithm,
        ChecksumType: upload.checksum.type,
      }),
    })),
    CommonPrefixes: common.map((prefix) => ({ Prefix: name(prefix) })),
  }
  return { status: 200, xml: ['ListMultipartUploadsResult', result] }
}

export const listParts: Handler = (exchange, world) => {
  const upload = uploadOf(exchange, world)
  const { asked, limit } = pageLimit(exchange, 'max-parts', world)
  const marker = Number(exchange.query.get('part-number-marker') ?? 0)
  const parts = [...upload.parts.values()]
    .filter((part) => part.number > marker)
    .toSorted((a, b) => a.number - b.number)
  const shown = parts.slice(0, limit)
  const result: XmlValue = {
    Bucket: exchange.bucket,
    Key: upload.key,
    UploadId: upload.uploadId,
    PartNumberMarker: marker,
    NextPartNumberMarker: shown.at(-1)?.number ?? 0,
    MaxParts: asked,
    IsTruncated: shown.length < parts.length,
    StorageClass: upload.storageClass,
    ...(upload.checksum.asked && {
      ChecksumAlgorithm: upload.checksum.algorithm,
      ChecksumType: upload.checksum.type,
    }),
    Part: shown.map((part) => ({
      PartNumber: part.number,
      LastModified: part.lastModified.toISOString(),
      ETag: part.etag,
      Size: part.blob.bytes,
      ...(part.checksum.sent &&
        world.checksums && {
          [`Checksum${part.checksum.algorithm}`]: part.checksum.value.toString('base64'),
        }),
    })),
  }
  return { status: 200, xml: ['ListPartsResult', result] }
}

export const listBuckets: Handler = (_, world) => {
  const own = [...world.buckets.values()].filter((bucket) => !bucket.foreign)
  const buckets = own
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((bucket) => ({
      Name: bucket.name,
      CreationDate: bucket.created.toISOString(),
      BucketRegion: world.region,
    }))
  return {
    status: 200,
    xml: ['ListAllMyBucketsResult', { Owner: { ID: world.account }, Buckets: { Bucket: buckets } }],
  }
}
