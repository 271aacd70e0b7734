import { DeleteObjectCommand } from '@aws-sdk/client-s3'
import { S3Error } from './errors.ts'
import type { ObjectStore } from './object-store.ts'
import { request } from './request.ts'

/** Removes an object; that there is none is fine. Without `versionId`, a bucket with versions keeps the old ones. */
export async function removeObject(
  store: ObjectStore,
  key: string,
  options: { readonly signal?: AbortSignal | undefined; readonly versionId?: string | undefined } = {},
): Promise<void> {
  const { versionId: VersionId } = options
  try {
    await request('DeleteObject', store, key, options.signal, (how) =>
      store.client.send(
        new DeleteObjectCommand({
          Bucket: store.bucket,
          Key: key,
          ...(VersionId !== undefined && { VersionId }),
        }),
        how,
      ),
    )
  } catch (error) {
    if (!(error instanceof S3Error) || error.code !== 'NOT_FOUND') throw error
  }
}
