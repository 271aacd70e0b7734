import { HeadObjectCommand } from '@aws-sdk/client-s3'
import { S3Error } from './errors.ts'
import type { ObjectStore, ServerSide } from './object-store.ts'
import { request } from './request.ts'

/** What S3 tells of an object without its contents. */
export interface ObjectHead {
  readonly key: string
  readonly bytes: number
  readonly etag: string
  readonly versionId: string | undefined
  readonly lastModified: Date | undefined
  readonly contentType: string | undefined
  readonly storageClass: string
  readonly metadata: Readonly<Record<string, string>>
  /** The checksum of the whole object; absent where the store has none, or only one composed of its parts'. */
  readonly checksum: FullChecksum | undefined
  readonly serverSide: ServerSide
}

export interface FullChecksum {
  readonly algorithm: 'CRC32' | 'CRC32C' | 'CRC64NVME' | 'SHA1' | 'SHA256'
  /** Base64. */
  readonly value: string
}

/** Resolves with undefined when there is no such object. Rejects with BUCKET_MISSING, ACCESS_DENIED and the like. */
export async function headObject(
  store: ObjectStore,
  key: string,
  options: { readonly signal?: AbortSignal | undefined; readonly versionId?: string | undefined } = {},
): Promise<ObjectHead | undefined> {
  const { versionId: VersionId } = options
  try {
    const head = await request('HeadObject', store, key, options.signal, (how) =>
      store.client.send(
        new HeadObjectCommand({
          Bucket: store.bucket,
          Key: key,
          ChecksumMode: 'ENABLED',
          ...(VersionId !== undefined && { VersionId }),
        }),
        how,
      ),
    )
    return {
      key,
      bytes: head.ContentLength ?? 0,
      etag: head.ETag ?? '',
      versionId: head.VersionId,
      lastModified: head.LastModified,
      contentType: head.ContentType,
      storageClass: head.StorageClass ?? 'STANDARD',
      metadata: head.Metadata ?? {},
      checksum: head.ChecksumType === 'FULL_OBJECT' ? fullChecksum(head) : undefined,
      serverSide: { algorithm: head.ServerSideEncryption, kmsKeyId: head.SSEKMSKeyId },
    }
  } catch (error) {
    if (error instanceof S3Error && error.code === 'NOT_FOUND') return undefined
    throw error
  }
}

type Checksums = { readonly [name in `Checksum${FullChecksum['algorithm']}`]?: string | undefined }

function fullChecksum(head: Checksums): FullChecksum | undefined {
  for (const algorithm of ['CRC32', 'CRC64NVME', 'SHA256', 'SHA1', 'CRC32C'] as const) {
    const value = head[`Checksum${algorithm}`]
    if (value !== undefined) return { algorithm, value }
  }
  return undefined
}
