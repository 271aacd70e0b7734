import { DeleteObjectsCommand } from '@aws-sdk/client-s3'
import type { FailedKey } from './errors.ts'
import { told } from './refusal.ts'
import type { BackupStore } from './store.ts'

/** DeleteObjects takes no more keys at once. */
export const maxKeys = 1000

export interface Deleted {
  readonly gone: ReadonlySet<string>
  readonly failed: readonly FailedKey[]
  /** The request's own failure, where it failed as a whole. */
  readonly cause?: unknown
}

/**
 * Deletes at most `maxKeys` objects in one request. S3 answers 200 with an error a key, so a key counts as gone only
 * when S3 says so. Rejects for an abort alone.
 */
export async function deleteObjects(
  store: BackupStore,
  keys: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Deleted> {
  if (keys.length === 0) return { gone: new Set(), failed: [] }
  const command = new DeleteObjectsCommand({
    Bucket: store.bucket,
    Delete: { Objects: keys.map((Key) => ({ Key })) },
  })
  try {
    const { Deleted: deleted = [], Errors: errors = [] } = await store.client.send(command, {
      ...(signal && { abortSignal: signal }),
    })
    const refused = new Map(errors.map((error) => [error.Key, error]))
    const said = new Set(deleted.map(({ Key }) => Key))
    const gone = new Set(keys.filter((key) => said.has(key) && !refused.has(key)))
    const failed = keys
      .filter((key) => !gone.has(key))
      .map((key) => ({
        key,
        code: refused.get(key)?.Code ?? 'Unanswered',
        message: refused.get(key)?.Message ?? 'S3 did not say that it is gone',
      }))
    return { gone, failed }
  } catch (error) {
    signal?.throwIfAborted()
    const { name: code, message } = told(error)
    return { gone: new Set(), failed: keys.map((key) => ({ key, code, message })), cause: error }
  }
}
