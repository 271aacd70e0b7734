import { createHash, type Hash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Blob, BlobStore } from './blobs.ts'
import { ALGORITHMS, type ChecksumAlgorithm, runningChecksum } from './checksums.ts'
import { Refusal } from './errors.ts'

/** A body that arrived whole and matches everything that was said about it. */
export interface Payload {
  readonly blob: Blob
  /** Hex; empty where `md5` was not asked for. */
  readonly md5: string
  /** The checksum that the client sent; else the one that S3 makes by itself. */
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly value: Buffer; readonly sent: boolean }
}

const headerOf = (algorithm: ChecksumAlgorithm): string => `x-amz-checksum-${algorithm.toLowerCase()}`
const one = (value: string | readonly string[] | undefined): string | undefined =>
  typeof value === 'string' ? value : value?.[0]

/** What the request says about its own checksum: its algorithm, and where the value stands. */
export function announcedChecksum(incoming: IncomingMessage): ChecksumAlgorithm | undefined {
  const { headers } = incoming
  const trailer = one(headers['x-amz-trailer'])
  const announced = ALGORITHMS.filter(
    (name) => headers[headerOf(name)] !== undefined || trailer === headerOf(name),
  )
  if (announced.length > 1)
    throw new Refusal(
      'InvalidRequest',
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    )
  if (trailer !== undefined && announced.length === 0)
    throw new Refusal('InvalidRequest', 'The value specified in the x-amz-trailer header is not supported')
  const named = one(headers['x-amz-sdk-checksum-algorithm'])
  if (named !== undefined && announced[0] !== undefined && named.toUpperCase() !== announced[0])
    throw new Refusal('InvalidRequest', 'Value for x-amz-sdk-checksum-algorithm header is invalid.')
  return announced[0]
}

/** How many bytes of payload the request announces; refused where it announces none. */
export function announcedBytes(incoming: IncomingMessage): number {
  const streaming = one(incoming.headers['x-amz-content-sha256'])?.startsWith('STREAMING-') ?? false
  const length = one(incoming.headers[streaming ? 'x-amz-decoded-content-length' : 'content-length'])
  if (length === undefined || !/^\d+$/.test(length))
    throw new Refusal('MissingContentLength', 'You must provide the Content-Length HTTP header.')
  return Number(length)
}

/**
 * Reads the body into `store`, and refuses it when any hash, checksum or length in headers or trailers does not hold.
 * With `otherChecksum`, the checksum headers are of something else than this body.
 */
export async function receive(
  incoming: IncomingMessage,
  store: BlobStore,
  options: { readonly md5?: boolean; readonly otherChecksum?: boolean } = {},
): Promise<Payload> {
  const { headers } = incoming
  const bytes = announcedBytes(incoming)
  if (bytes > 5 * 1024 ** 3)
    throw new Refusal('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size')
  const declared = one(headers['x-amz-content-sha256'])
  if (declared === undefined)
    throw new Refusal('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256')
  const streaming = declared.startsWith('STREAMING-')
  if (!streaming && declared !== 'UNSIGNED-PAYLOAD' && !/^[0-9a-f]{64}$/.test(declared))
    throw new Refusal(
      'InvalidArgument',
      'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-… or a valid sha256 value.',
    )
  const algorithm = options.otherChecksum === true ? undefined : announcedChecksum(incoming)
  const checksum = runningChecksum(algorithm ?? 'CRC64NVME')
  const md5Header = one(headers['content-md5'])
  const hashes: { sha256?: Hash; md5?: Hash } = {
    ...(/^[0-9a-f]{64}$/.test(declared) && { sha256: createHash('sha256') }),
    ...((options.md5 === true || md5Header !== undefined) && { md5: createHash('md5') }),
  }
  const trailers = new Map<string, string>()
  const writer = store.writer(bytes)
  let arrived = 0
  for await (const chunk of streaming ? unchunked(incoming, trailers) : incoming) {
    const data = chunk as Buffer
    arrived += data.length
    checksum.update(data)
    hashes.sha256?.update(data)
    hashes.md5?.update(data)
    await writer.write(data)
  }
  if (arrived !== bytes)
    throw new Refusal(
      'IncompleteBody',
      'The request body terminated unexpectedly or does not match its announced length',
    )
  if (hashes.sha256 && hashes.sha256.digest('hex') !== declared)
    throw new Refusal(
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    )
  const md5 = hashes.md5?.digest('hex') ?? ''
  if (md5Header !== undefined && Buffer.from(md5Header, 'base64').toString('hex') !== md5)
    throw new Refusal('BadDigest', 'The Content-MD5 you specified did not match what we received.')
  const value = checksum.digest()
  if (algorithm !== undefined) {
    const told = one(headers[headerOf(algorithm)]) ?? trailers.get(headerOf(algorithm))
    if (told !== value.toString('base64'))
      throw new Refusal('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`)
  }
  return {
    blob: writer.done(),
    md5,
    checksum: { algorithm: algorithm ?? 'CRC64NVME', value, sent: algorithm !== undefined },
  }
}

/** Takes aws-chunked framing off; trailers, if any, are in `trailers` once it ends. Chunk signatures are not verified. */
async function* unchunked(
  incoming: AsyncIterable<Buffer>,
  trailers: Map<string, string>,
): AsyncGenerator<Buffer> {
  let buffered: Buffer = Buffer.alloc(0)
  let left = 0
  let state: 'size' | 'data' | 'gap' | 'trailer' = 'size'
  for await (const chunk of incoming) {
    buffered = buffered.length === 0 ? chunk : Buffer.concat([buffered, chunk])
    while (buffered.length > 0) {
      if (state === 'data') {
        const piece = buffered.subarray(0, left)
        buffered = buffered.subarray(piece.length)
        left -= piece.length
        if (left === 0) state = 'gap'
        yield piece
        continue
      }
      const end = buffered.indexOf('\r\n')
      if (end < 0) break
      const line = buffered.toString('latin1', 0, end)
      buffered = buffered.subarray(end + 2)
      if (state === 'gap') state = 'size'
      else if (state === 'trailer') {
        const [name = '', value = ''] = line.split(/:(.*)/s)
        if (name !== '') trailers.set(name.toLowerCase(), value.trim())
      } else {
        const size = /^([0-9a-f]+)(;chunk-signature=[0-9a-f]{64})?$/i.exec(line)?.[1]
        if (size === undefined)
          throw new Refusal('InvalidRequest', 'The aws-chunked framing of the body is broken')
        left = Number.parseInt(size, 16)
        state = left === 0 ? 'trailer' : 'data'
      }
    }
  }
  if (state !== 'trailer') throw new Refusal('IncompleteBody', 'The aws-chunked body has no last chunk')
}
