import { abortUnknownUploads, abortUpload } from './abort-upload.ts'
import { S3Error } from './errors.ts'
import type { Gate } from './gated-client.ts'
import { headObject } from './head-object.ts'
import { type ObjectStore, urlOf } from './object-store.ts'
import { isWritten, type Written } from './verify-stored.ts'

/**
 * After a failure: aborts what is open, and finds out whether the object is there after all, because only the answer to its
 * completion was lost. Resolves with whether it is. Rejects with NOT_VERIFIED when that cannot be told.
 * @param limit ends all of it
 */
export async function settle(
  store: ObjectStore,
  key: string,
  gate: Gate,
  written: Written | undefined,
  limit: AbortSignal,
  warn: (warning: S3Error) => void,
): Promise<boolean> {
  const completed = async (): Promise<boolean> =>
    gate.completing &&
    written !== undefined &&
    isWritten(await headObject(store, key, { signal: limit }), written)
  if (await completed().catch(() => false)) return true
  await abortOpen(store, key, gate, limit, warn)
  // Asked again: S3 may have completed it in between, and after the abort it cannot do so any more.
  try {
    return await completed()
  } catch (error) {
    throw new S3Error('NOT_VERIFIED', `whether ${urlOf(store, key)} was stored could not be found out`, {
      hint: error instanceof S3Error ? error.hint : undefined,
      cause: error,
    })
  }
}

/** Aborts the upload that is open, and any that S3 may have opened without our knowing. Never rejects: it tells `warn`. */
async function abortOpen(
  store: ObjectStore,
  key: string,
  gate: Gate,
  limit: AbortSignal,
  warn: (warning: S3Error) => void,
): Promise<void> {
  try {
    if (gate.uploadId !== undefined) await abortUpload(store, key, gate.uploadId, limit)
  } catch (error) {
    warn(asWarning(store, key, error))
  }
  await abortDoubtful(store, key, gate, limit, warn)
}

/** Aborts uploads that S3 may have opened without our knowing, because an answer was lost. Never rejects: it tells `warn`. */
export async function abortDoubtful(
  store: ObjectStore,
  key: string,
  gate: Gate,
  limit: AbortSignal,
  warn: (warning: S3Error) => void,
): Promise<void> {
  if (gate.doubtSince === undefined) return
  const ageMs = performance.now() - gate.doubtSince
  await abortUnknownUploads(store, key, { ageMs, except: gate.uploadId, limit }).catch((error: unknown) =>
    warn(asWarning(store, key, error)),
  )
}

function asWarning(store: ObjectStore, key: string, error: unknown): S3Error {
  if (error instanceof S3Error && error.code === 'CLEANUP_FAILED') return error
  return new S3Error('CLEANUP_FAILED', `a multipart upload of ${urlOf(store, key)} may be left open`, {
    hint: error instanceof S3Error ? error.hint : undefined,
    cause: error,
  })
}
