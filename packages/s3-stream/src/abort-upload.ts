import {
  AbortMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
} from '@aws-sdk/client-s3'
import { setTimeout } from 'node:timers/promises'
import { S3Error } from './errors.ts'
import { answered } from './explain.ts'
import { type ObjectStore, urlOf } from './object-store.ts'
import { request } from './request.ts'

/** How often an upload that is still there is aborted again: a part that was on its way may keep it alive. */
const ATTEMPTS = 4

/**
 * Aborts a multipart upload, and looks that it is gone. Rejects with CLEANUP_FAILED when it may still be there.
 * @param limit ends the trying
 */
export async function abortUpload(
  store: ObjectStore,
  key: string,
  uploadId: string,
  limit: AbortSignal,
): Promise<void> {
  const target = { Bucket: store.bucket, Key: key, UploadId: uploadId }
  let cause: unknown
  for (let attempt = 0; attempt < ATTEMPTS && !limit.aborted; attempt += 1) {
    if (attempt > 0) await setTimeout(50 * 2 ** attempt)
    try {
      await request('AbortMultipartUpload', store, key, limit, (how) =>
        store.client.send(new AbortMultipartUploadCommand(target), how),
      )
      if (await isGone(store, key, target, limit)) return
      cause = new Error('it is still listed after it was aborted')
    } catch (error) {
      if (isNoSuchUpload(error)) return
      cause = error
      if (error instanceof S3Error && error.code === 'ACCESS_DENIED') break
    }
  }
  throw new S3Error(
    'CLEANUP_FAILED',
    `the multipart upload ${uploadId} of ${urlOf(store, key)} could not be aborted`,
    {
      hint:
        (cause instanceof S3Error ? cause.hint : undefined) ??
        'Its parts cost money until it is gone: abort it by hand, or let a lifecycle rule of the bucket do it.',
      cause,
    },
  )
}

async function isGone(
  store: ObjectStore,
  key: string,
  target: { Bucket: string; Key: string; UploadId: string },
  limit: AbortSignal,
): Promise<boolean> {
  try {
    await request('ListParts', store, key, limit, (how) =>
      store.client.send(new ListPartsCommand({ ...target, MaxParts: 1 }), how),
    )
    return false
  } catch (error) {
    // Who may not look has S3's word alone that it is aborted.
    if (isNoSuchUpload(error) || (error instanceof S3Error && error.code === 'ACCESS_DENIED')) return true
    throw error
  }
}

function isNoSuchUpload(error: unknown): boolean {
  return error instanceof S3Error && answered(error.cause).name === 'NoSuchUpload'
}

/**
 * Aborts the uploads of exactly this key that were started in the last `ageMs` by S3's own clock, but for `except`: those whose
 * answer was lost, so that nobody knows their id.
 */
export async function abortUnknownUploads(
  store: ObjectStore,
  key: string,
  options: { readonly ageMs: number; readonly except: string | undefined; readonly limit: AbortSignal },
): Promise<void> {
  const command = new ListMultipartUploadsCommand({ Bucket: store.bucket, Prefix: key })
  let serverNow = Number.NaN
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args)
      const { headers } = result.response as { headers?: Readonly<Record<string, string>> }
      serverNow = Date.parse(headers?.['date'] ?? '')
      return result
    },
    { step: 'deserialize', priority: 'high' },
  )
  const { Uploads = [] } = await request('ListMultipartUploads', store, key, options.limit, (how) =>
    store.client.send(command, how),
  )
  // The Date header has no milliseconds.
  const since = serverNow - options.ageMs - 1000
  for (const { Key, UploadId, Initiated } of Uploads) {
    if (Key !== key || UploadId === undefined || UploadId === options.except) continue
    if (Initiated && Initiated.getTime() >= since) await abortUpload(store, key, UploadId, options.limit)
  }
}
