import { AbortMultipartUploadCommand } from '@aws-sdk/client-s3'
import { type FailedKey, S3RetentionError } from './errors.ts'
import type { ListOptions } from './list-backups.ts'
import type { StaleUpload } from './list-uploads.ts'
import { isListedIn } from './listed.ts'
import { told } from './refusal.ts'
import { type BackupStore, s3Url } from './store.ts'

/**
 * Aborts uploads that `listUploads` found stale in this store, one after the other, and answers with those that are gone.
 * One that went in the meantime counts as gone.
 *
 * Rejects with NOT_DECIDED, with nothing aborted, for an upload that `listUploads` did not find in this store; with SWEEP_FAILED, after having
 * tried all, when some stayed.
 */
export async function sweepUploads(
  store: BackupStore,
  stale: readonly StaleUpload[],
  options: ListOptions = {},
): Promise<readonly StaleUpload[]> {
  const { signal } = options
  for (const upload of stale) {
    if (isListedIn(store, upload)) continue
    throw new S3RetentionError(
      'NOT_DECIDED',
      `no upload was aborted: the one of ${upload.key} was not found by listUploads in ${s3Url(store)}`,
      { hint: 'Give sweepUploads what listUploads of the same store found.' },
    )
  }
  const gone: StaleUpload[] = []
  const failed: FailedKey[] = []
  let cause: unknown
  for (const upload of stale) {
    try {
      signal?.throwIfAborted()
      await abort(store, upload, signal)
      gone.push(upload)
    } catch (error) {
      signal?.throwIfAborted()
      const { name: code, message } = told(error)
      failed.push({ key: upload.key, code, message })
      cause ??= error
    }
  }
  if (failed.length === 0) return gone
  throw new S3RetentionError(
    'SWEEP_FAILED',
    `${gone.length} of ${stale.length} stale uploads were aborted under ${s3Url(store)}; still there: ${failed
      .slice(0, 10)
      .map(({ key, code, message }) => `${key} (${code}: ${message})`)
      .join(', ')}`,
    {
      hint: failed.some(({ code }) => code === 'AccessDenied')
        ? `Allow s3:AbortMultipartUpload on arn:aws:s3:::${store.bucket}/${store.prefix}*.`
        : 'Nothing needs cleaning up: what stayed is tried again by the next run.',
      removed: gone.map(({ key }) => key),
      failed,
      cause,
    },
  )
}

async function abort(
  store: BackupStore,
  upload: StaleUpload,
  signal: AbortSignal | undefined,
): Promise<void> {
  const command = new AbortMultipartUploadCommand({
    Bucket: store.bucket,
    Key: upload.key,
    UploadId: upload.uploadId,
  })
  await store.client.send(command, { ...(signal && { abortSignal: signal }) }).catch((error: unknown) => {
    if (told(error).name !== 'NoSuchUpload') throw error
  })
}
