import type { S3Client } from '@aws-sdk/client-s3'

/** A bucket, and the client that reaches it. The client comes from the app: see `s3ClientOptions` for one that cannot hang. */
export interface ObjectStore {
  readonly client: S3Client
  readonly bucket: string
}

/** How S3 says an object is encrypted at rest. */
export interface ServerSide {
  /** `AES256` or `aws:kms`; absent where the store tells nothing. */
  readonly algorithm: string | undefined
  /** The key's ARN, under KMS. */
  readonly kmsKeyId: string | undefined
}

/** An object that is there, whole, and was read back. */
export interface StoredObject {
  readonly key: string
  readonly bytes: number
  /** Hex, of the bytes that were sent. */
  readonly sha256: string
  /** Base64, as S3 shows it, of the whole object. */
  readonly crc32: string
  readonly etag: string
  /** Absent where the bucket keeps no versions. */
  readonly versionId: string | undefined
  readonly serverSide: ServerSide
}

export function urlOf(store: ObjectStore, key = ''): string {
  return `s3://${store.bucket}/${key}`
}

/** The user metadata that tells one writing of a key from another, so that an answer that got lost can be recognised. */
export const RUN_ID = 'raxx-upload'

/** The request parameters that ask for encryption; without a key, the bucket's own default applies. */
export function encryptionParams(kmsKey: string | undefined): {
  ServerSideEncryption?: 'aws:kms'
  SSEKMSKeyId?: string
} {
  if (kmsKey === undefined) return {}
  return { ServerSideEncryption: 'aws:kms', ...(kmsKey !== 'aws/s3' && { SSEKMSKeyId: kmsKey }) }
}
