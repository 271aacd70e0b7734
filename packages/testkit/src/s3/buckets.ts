import type { Blob } from './blobs.ts'
import type { ChecksumAlgorithm, ChecksumType } from './checksums.ts'
import { Refusal } from './errors.ts'

/** How an object is encrypted at rest. */
export interface Encryption {
  readonly sse: 'AES256' | 'aws:kms' | 'aws:kms:dsse'
  readonly kmsKeyId?: string
  readonly bucketKey?: boolean
}

export interface Checksum {
  readonly algorithm: ChecksumAlgorithm
  readonly type: ChecksumType
  /** Base64, with `-N` for a composite one. */
  readonly value: string
}

/** What a client says about an object when it starts to write it. */
export interface Description {
  readonly encryption: Encryption
  readonly metadata: Readonly<Record<string, string>>
  readonly storageClass: string
  /** content-type and the like, as they are given back. */
  readonly headers: Readonly<Record<string, string>>
}

export interface StoredBlob extends Description {
  readonly key: string
  readonly bytes: number
  readonly blobs: readonly Blob[]
  readonly etag: string
  readonly checksum: Checksum
  readonly lastModified: Date
}

export interface StoredPart {
  readonly number: number
  readonly blob: Blob
  readonly etag: string
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly value: Buffer; readonly sent: boolean }
  readonly lastModified: Date
}

export interface OpenUpload extends Description {
  readonly key: string
  readonly uploadId: string
  readonly initiated: Date
  readonly checksum: {
    readonly algorithm: ChecksumAlgorithm
    readonly type: ChecksumType
    readonly asked: boolean
  }
  readonly parts: Map<number, StoredPart>
}

export interface LifecycleRule {
  readonly id?: string
  readonly status: string
  readonly prefix: string
  readonly expirationDays?: number
  readonly abortIncompleteAfterDays?: number
}

export interface Bucket {
  readonly name: string
  readonly created: Date
  /** Somebody else's: every request to it is refused. */
  readonly foreign: boolean
  readonly objects: Map<string, StoredBlob>
  readonly uploads: Map<string, OpenUpload>
  encryption: Encryption
  publicAccessBlock: Readonly<Record<string, boolean>> | undefined
  lifecycle: readonly LifecycleRule[] | undefined
}

/** A bucket as S3 makes it since April 2023: private, encrypted with S3's own keys. */
export function newBucket(name: string, created: Date, foreign = false): Bucket {
  return {
    name,
    created,
    foreign,
    objects: new Map(),
    uploads: new Map(),
    encryption: { sse: 'AES256' },
    publicAccessBlock: {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    },
    lifecycle: undefined,
  }
}

export function bucketNamed(buckets: ReadonlyMap<string, Bucket>, name: string): Bucket {
  const bucket = buckets.get(name)
  if (!bucket) throw new Refusal('NoSuchBucket', 'The specified bucket does not exist')
  if (bucket.foreign) throw new Refusal('AccessDenied', 'Access Denied')
  return bucket
}

/** S3 sorts keys by their UTF-8 bytes. */
export function inKeyOrder<T extends { readonly key: string }>(entries: Iterable<T>): T[] {
  return [...entries].toSorted((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)))
}
