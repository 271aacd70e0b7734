import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Call, type FaultScript, faultScript } from './faults.ts'
import { type Blob, blobStore, readBlobs } from './s3/blobs.ts'
import {
  type Bucket,
  type Encryption,
  inKeyOrder,
  type LifecycleRule,
  newBucket,
  type StoredBlob,
} from './s3/buckets.ts'
import { type ChecksumAlgorithm, type ChecksumType, runningChecksum } from './s3/checksums.ts'
import type { World } from './s3/exchange.ts'
import { etagFor } from './s3/object-operations.ts'
import { serve } from './s3/serve.ts'

/** An object as a test looks at it. */
export interface S3Object {
  readonly key: string
  readonly bytes: number
  /** Its contents; throws where the server keeps none. */
  body(): Buffer
  readonly etag: string
  readonly checksum: {
    readonly algorithm: ChecksumAlgorithm
    readonly type: ChecksumType
    readonly value: string
  }
  readonly sse: 'AES256' | 'aws:kms' | 'aws:kms:dsse'
  /** The key's ARN, under KMS. */
  readonly kmsKeyId: string | undefined
  readonly metadata: Readonly<Record<string, string>>
  readonly contentType: string | undefined
  readonly storageClass: string
  readonly lastModified: Date
}

/** A multipart upload that was neither completed nor aborted. */
export interface S3Upload {
  readonly key: string
  readonly uploadId: string
  readonly initiated: Date
  readonly parts: readonly { readonly number: number; readonly bytes: number }[]
}

export interface S3BucketSettings {
  readonly encryption: Encryption
  readonly publicAccessBlock: Readonly<Record<string, boolean>> | undefined
  readonly lifecycle: readonly LifecycleRule[] | undefined
  /** Never on: this server keeps one version of each object. */
  readonly versioning: undefined
}

export interface S3ServerOptions {
  /** @default 'us-east-1' */
  readonly region?: string
  /** The secrets by access key id of those who are let in. @default anyone, and `test` with the secret `test` */
  readonly credentials?: Readonly<Record<string, string>>
  /** The port to listen on. @default a free one */
  readonly port?: number
  /** Where contents are kept: `discard` keeps sizes and checksums alone. @default 'memory' */
  readonly store?: 'memory' | 'disk' | 'discard'
  /** The server's clock, for tests of ages. @default the machine's */
  readonly now?: () => Date
}

/** A strict, path-style S3 server for tests. What it has not built it refuses with NotImplemented; it ignores nothing. */
export interface S3Server extends AsyncDisposable {
  readonly url: string
  readonly port: number
  readonly region: string
  /** Every request, in the order of arrival. */
  readonly calls: Call[]
  readonly faults: FaultScript
  /** The most entries on a page of any list. @default 1000 */
  pageSize: number
  /** Whether checksums are told to clients, as AWS does and older S3-compatible stores do not. @default true */
  checksums: boolean
  /** Whether requests for encryption are honoured, as AWS does and some S3-compatible stores do not. @default true */
  encrypts: boolean
  /** Makes an empty bucket, or with `foreign` one that belongs to somebody else. Unrecorded. */
  addBucket(name: string, options?: { readonly foreign?: boolean }): void
  /** Removes a bucket with all in it; unrecorded. */
  removeBucket(name: string): void
  /** Stores an object, making its bucket; unrecorded. */
  put(
    bucket: string,
    key: string,
    body: Uint8Array | string,
    options?: { readonly lastModified?: Date; readonly metadata?: Readonly<Record<string, string>> },
  ): void
  /** Opens a multipart upload without parts; unrecorded. Returns its id. */
  openUpload(bucket: string, key: string, options?: { readonly initiated?: Date }): string
  /** From now on, deleting this key is denied; the function that comes back allows it again. */
  denyDelete(key: string): () => void
  /** Changes an object's bytes behind S3's back; its checksum becomes that of the new bytes, or stays with `keepChecksum`. */
  tamper(
    bucket: string,
    key: string,
    change: (bytes: Buffer) => Buffer,
    options?: { readonly keepChecksum?: boolean },
  ): void
  /** Removes every object and open upload; unrecorded. */
  empty(bucket: string): void
  /** What a bucket holds, in key order; nothing when there is no such bucket. */
  objects(bucket: string): readonly S3Object[]
  uploads(bucket: string): readonly S3Upload[]
  bucket(name: string): S3BucketSettings | undefined
  stop(): Promise<void>
}

function kept(bytes: Buffer): Pick<StoredBlob, 'bytes' | 'blobs' | 'checksum'> {
  const checksum = runningChecksum('CRC32')
  checksum.update(bytes)
  const blob: Blob = { bytes: bytes.length, slice: (start, end) => bytes.subarray(start, end) }
  const value = checksum.digest().toString('base64')
  return { bytes: bytes.length, blobs: [blob], checksum: { algorithm: 'CRC32', type: 'FULL_OBJECT', value } }
}

/** Starts an S3 server on 127.0.0.1. It knows two faults beyond the common ones: `denyDelete`, and an error with status 200 (as S3 does at completion). */
export async function startS3(options: S3ServerOptions = {}): Promise<S3Server> {
  const world: World = {
    region: options.region ?? 'us-east-1',
    account: '000000000000',
    blobs: blobStore(options.store ?? 'memory'),
    buckets: new Map(),
    undeletable: new Set(),
    checksums: true,
    encrypts: true,
    pageSize: 1000,
    now: options.now ?? (() => new Date()),
  }
  const calls: Call[] = []
  const faults = faultScript()
  const door = {
    secrets: options.credentials ?? { test: 'test' },
    anyKey: options.credentials === undefined,
    calls,
    faults,
  }
  const server = createServer((incoming, response) => {
    response.on('error', () => {})
    serve(incoming, response, world, door).catch(() => response.destroy())
  })
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  const made = (name: string, foreign = false): Bucket => {
    const bucket = world.buckets.get(name) ?? newBucket(name, world.now(), foreign)
    world.buckets.set(name, bucket)
    return bucket
  }
  let stopping: Promise<void> | undefined
  const stop = (): Promise<void> => {
    stopping ??= new Promise<void>((resolve) => {
      server.close(() => {
        world.blobs.close()
        resolve()
      })
      server.closeAllConnections()
    })
    return stopping
  }
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    region: world.region,
    calls,
    faults,
    get pageSize() {
      return world.pageSize
    },
    set pageSize(size) {
      world.pageSize = size
    },
    get checksums() {
      return world.checksums
    },
    set checksums(told) {
      world.checksums = told
    },
    get encrypts() {
      return world.encrypts
    },
    set encrypts(honoured) {
      world.encrypts = honoured
    },
    addBucket: (name, { foreign = false } = {}) => void made(name, foreign),
    removeBucket: (name) => void world.buckets.delete(name),
    put(name, key, body, { lastModified = world.now(), metadata = {} } = {}) {
      const bucket = made(name)
      const bytes = Buffer.from(body)
      bucket.objects.set(key, {
        key,
        ...kept(bytes),
        etag: etagFor(bucket.encryption, createHash('md5').update(bytes).digest('hex')),
        lastModified,
        encryption: bucket.encryption,
        metadata,
        storageClass: 'STANDARD',
        headers: {},
      })
    },
    tamper(name, key, change, { keepChecksum = false } = {}) {
      const objects = world.buckets.get(name)?.objects
      const stored = objects?.get(key)
      if (!objects || !stored) throw new Error(`there is no ${key} in ${name} to tamper with`)
      const changed = kept(change(Buffer.concat([...readBlobs(stored.blobs, 0, stored.bytes)])))
      objects.set(key, { ...stored, ...changed, ...(keepChecksum && { checksum: stored.checksum }) })
    },
    empty(name) {
      world.buckets.get(name)?.objects.clear()
      world.buckets.get(name)?.uploads.clear()
    },
    openUpload(name, key, { initiated = world.now() } = {}) {
      const bucket = made(name)
      const uploadId = `seeded-${bucket.uploads.size + 1}-${key.length}`
      bucket.uploads.set(uploadId, {
        key,
        uploadId,
        initiated,
        checksum: { algorithm: 'CRC64NVME', type: 'FULL_OBJECT', asked: false },
        parts: new Map(),
        encryption: bucket.encryption,
        metadata: {},
        storageClass: 'STANDARD',
        headers: {},
      })
      return uploadId
    },
    denyDelete(key) {
      world.undeletable.add(key)
      return () => void world.undeletable.delete(key)
    },
    objects: (name) =>
      inKeyOrder(world.buckets.get(name)?.objects.values() ?? []).map((stored) => ({
        key: stored.key,
        bytes: stored.bytes,
        body: () => Buffer.concat([...readBlobs(stored.blobs, 0, stored.bytes)]),
        etag: stored.etag,
        checksum: stored.checksum,
        sse: stored.encryption.sse,
        kmsKeyId: stored.encryption.kmsKeyId,
        metadata: stored.metadata,
        contentType: stored.headers['content-type'],
        storageClass: stored.storageClass,
        lastModified: stored.lastModified,
      })),
    uploads: (name) =>
      inKeyOrder(world.buckets.get(name)?.uploads.values() ?? []).map((upload) => ({
        key: upload.key,
        uploadId: upload.uploadId,
        initiated: upload.initiated,
        parts: [...upload.parts.values()].map((part) => ({ number: part.number, bytes: part.blob.bytes })),
      })),
    bucket(name) {
      const found = world.buckets.get(name)
      if (!found) return undefined
      const { encryption, publicAccessBlock, lifecycle } = found
      return { encryption, publicAccessBlock, lifecycle, versioning: undefined }
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}
