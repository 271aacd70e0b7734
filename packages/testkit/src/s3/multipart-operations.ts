import { createHash, randomBytes } from 'node:crypto'
import { bucketNamed, type Checksum, type OpenUpload, type StoredBlob, type StoredPart } from './buckets.ts'
import { ALGORITHMS, combineCrc, isCrc, runningChecksum } from './checksums.ts'
import { checksumHeaders, described, encryptionHeaders } from './describe.ts'
import { Refusal } from './errors.ts'
import { type Exchange, type Handler, headerOf, type World } from './exchange.ts'
import { etagFor, refuseIfThere } from './object-operations.ts'
import { announcedChecksum, receive } from './payload.ts'
import { childText, type XmlElement } from './xml.ts'

const MIN_PART = 5 * 1024 * 1024

export const createMultipartUpload: Handler = (exchange, world) => {
  const bucket = bucketNamed(world.buckets, exchange.bucket)
  const asked = headerOf(exchange, 'x-amz-checksum-algorithm')?.toUpperCase()
  const algorithm = ALGORITHMS.find((name) => name === (asked ?? 'CRC64NVME'))
  if (!algorithm) throw new Refusal('InvalidRequest', 'Checksum algorithm provided is unsupported.')
  const type =
    headerOf(exchange, 'x-amz-checksum-type') ?? (algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE')
  const possible =
    type === 'FULL_OBJECT' ? isCrc(algorithm) : type === 'COMPOSITE' && algorithm !== 'CRC64NVME'
  if (!possible || (asked === undefined && headerOf(exchange, 'x-amz-checksum-type') !== undefined))
    throw new Refusal(
      'InvalidRequest',
      `The ${type} checksum type cannot be used with the ${algorithm} checksum algorithm.`,
    )
  const upload: OpenUpload = {
    ...described(exchange, bucket, world),
    key: exchange.key,
    uploadId: randomBytes(24).toString('base64url'),
    initiated: world.now(),
    checksum: {
      algorithm,
      type: type === 'FULL_OBJECT' ? 'FULL_OBJECT' : 'COMPOSITE',
      asked: asked !== undefined,
    },
    parts: new Map(),
  }
  bucket.uploads.set(upload.uploadId, upload)
  return {
    status: 200,
    headers: {
      ...encryptionHeaders(upload.encryption),
      ...(asked !== undefined &&
        world.checksums && { 'x-amz-checksum-algorithm': algorithm, 'x-amz-checksum-type': type }),
    },
    xml: [
      'InitiateMultipartUploadResult',
      { Bucket: bucket.name, Key: upload.key, UploadId: upload.uploadId },
    ],
  }
}

export function uploadOf(exchange: Exchange, world: World): OpenUpload {
  const id = exchange.query.get('uploadId') ?? ''
  const upload = bucketNamed(world.buckets, exchange.bucket).uploads.get(id)
  if (upload?.key !== exchange.key)
    throw new Refusal(
      'NoSuchUpload',
      'The specified multipart upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    )
  return upload
}

export const uploadPart: Handler = async (exchange, world) => {
  const upload = uploadOf(exchange, world)
  const text = exchange.query.get('partNumber') ?? ''
  const number = Number(text)
  if (!/^\d+$/.test(text) || number < 1 || number > 10_000)
    throw new Refusal('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive')
  const sent = announcedChecksum(exchange.incoming)
  const { algorithm, type, asked } = upload.checksum
  if (
    (sent !== undefined && asked && sent !== algorithm) ||
    (sent === undefined && asked && type === 'COMPOSITE')
  )
    throw new Refusal(
      'InvalidRequest',
      `Checksum Type mismatch occurred, expected checksum Type: ${algorithm.toLowerCase()}, actual checksum Type: ${sent?.toLowerCase() ?? 'null'}`,
    )
  const { blob, md5, checksum } = await receive(exchange.incoming, world.blobs, {
    md5: upload.encryption.sse === 'AES256',
  })
  // It may have been aborted or completed while the part was on its way.
  uploadOf(exchange, world)
  const etag = etagFor(upload.encryption, md5)
  upload.parts.set(number, { number, blob, etag, checksum, lastModified: world.now() })
  const told: Checksum = {
    algorithm: checksum.algorithm,
    type: 'FULL_OBJECT',
    value: checksum.value.toString('base64'),
  }
  const { 'x-amz-checksum-type': _, ...headers } = checksum.sent ? checksumHeaders(told, world) : {}
  return { status: 200, headers: { etag, ...encryptionHeaders(upload.encryption), ...headers } }
}

/** The parts that the client names, each refused for what S3 would refuse it for. */
function chosenParts(xml: XmlElement | undefined, upload: OpenUpload): StoredPart[] {
  const listed =
    xml?.name === 'CompleteMultipartUpload' ? xml.children.filter((child) => child.name === 'Part') : []
  if (listed.length === 0 || listed.length > 10_000)
    throw new Refusal(
      'MalformedXML',
      'The XML you provided was not well-formed or did not validate against our published schema',
    )
  const numbers = listed.map((entry) => Number(childText(entry, 'PartNumber')))
  if (numbers.some((number, index) => index > 0 && !(number > (numbers[index - 1] ?? 0))))
    throw new Refusal(
      'InvalidPartOrder',
      'The list of parts was not in ascending order. Parts must be ordered by part number.',
    )
  const { algorithm, type, asked } = upload.checksum
  const name = `Checksum${algorithm}`
  const parts = listed.map((entry, index) => {
    const part = upload.parts.get(numbers[index] ?? 0)
    const told = childText(entry, name)
    if (
      !part ||
      part.etag.replaceAll('"', '') !== childText(entry, 'ETag')?.replaceAll('"', '') ||
      (told !== undefined && told !== part.checksum.value.toString('base64'))
    )
      throw new Refusal(
        'InvalidPart',
        'One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match.',
      )
    if (told === undefined && asked && type === 'COMPOSITE')
      throw new Refusal(
        'InvalidRequest',
        `The upload was created using a ${algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part.`,
      )
    return part
  })
  if (parts.slice(0, -1).some((part) => part.blob.bytes < MIN_PART))
    throw new Refusal('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size')
  return parts
}

function checksumOf(parts: readonly StoredPart[], upload: OpenUpload): Checksum {
  const { algorithm, type } = upload.checksum
  const values = parts.map((part) => {
    if (part.checksum.algorithm === algorithm) return part.checksum.value
    const own = runningChecksum(algorithm)
    own.update(part.blob.slice(0, part.blob.bytes))
    return own.digest()
  })
  if (type === 'COMPOSITE' || !isCrc(algorithm)) {
    const composite = runningChecksum(algorithm)
    composite.update(Buffer.concat(values))
    return { algorithm, type, value: `${composite.digest().toString('base64')}-${parts.length}` }
  }
  const whole = values.reduce((sum, value, index) =>
    combineCrc(algorithm, sum, value, parts[index]?.blob.bytes ?? 0),
  )
  return { algorithm, type, value: whole.toString('base64') }
}

export const completeMultipartUpload: Handler = (exchange, world) => {
  const bucket = bucketNamed(world.buckets, exchange.bucket)
  const upload = uploadOf(exchange, world)
  const parts = chosenParts(exchange.xml, upload)
  const checksum = checksumOf(parts, upload)
  const bytes = parts.reduce((sum, part) => sum + part.blob.bytes, 0)
  const size = headerOf(exchange, 'x-amz-mp-object-size')
  if (size !== undefined && Number(size) !== bytes)
    throw new Refusal(
      'InvalidRequest',
      `The provided 'x-amz-mp-object-size' header does not match what was computed: ${bytes}`,
    )
  const type = headerOf(exchange, 'x-amz-checksum-type')
  if (type !== undefined && type !== checksum.type)
    throw new Refusal('InvalidRequest', `The upload was created using the ${checksum.type} checksum mode.`)
  const told = headerOf(exchange, `x-amz-checksum-${checksum.algorithm.toLowerCase()}`)
  if (told !== undefined && told !== checksum.value)
    throw new Refusal(
      'BadDigest',
      `The ${checksum.algorithm} you specified did not match the calculated checksum.`,
    )
  refuseIfThere(exchange, bucket)
  const md5 = createHash('md5').update(
    Buffer.from(parts.map((part) => part.etag.replaceAll('"', '')).join(''), 'hex'),
  )
  const stored: StoredBlob = {
    ...upload,
    bytes,
    blobs: parts.map((part) => part.blob),
    etag: etagFor(upload.encryption, md5.digest('hex'), `-${parts.length}`),
    checksum,
    lastModified: upload.initiated,
  }
  bucket.objects.set(upload.key, stored)
  bucket.uploads.delete(upload.uploadId)
  const document = {
    Location: `http://${exchange.headers.host ?? ''}/${bucket.name}/${encodeURIComponent(upload.key)}`,
    Bucket: bucket.name,
    Key: upload.key,
    ETag: stored.etag,
    ...(world.checksums && {
      [`Checksum${checksum.algorithm}`]: checksum.value,
      ChecksumType: checksum.type,
    }),
  }
  return {
    status: 200,
    headers: encryptionHeaders(upload.encryption),
    xml: ['CompleteMultipartUploadResult', document],
  }
}

export const abortMultipartUpload: Handler = (exchange, world) => {
  const upload = uploadOf(exchange, world)
  bucketNamed(world.buckets, exchange.bucket).uploads.delete(upload.uploadId)
  return { status: 204 }
}
