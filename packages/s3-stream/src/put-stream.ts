import { Upload } from '@aws-sdk/lib-storage'
import { randomUUID } from 'node:crypto'
import type { Readable } from 'node:stream'
import { S3Error } from './errors.ts'
import { explain } from './explain.ts'
import { gatedClient } from './gated-client.ts'
import { metered } from './meter.ts'
import { encryptionParams, type ObjectStore, RUN_ID, type StoredObject, urlOf } from './object-store.ts'
import { capacityOf, partSizeFor, queueSizeFor } from './part-size.ts'
import { interrupted, withGrace } from './request.ts'
import { abortDoubtful, settle } from './settle.ts'
import type { Tally } from './tally.ts'
import { verifyStored } from './verify-stored.ts'

/** How long cleaning up may take; after an interruption, somebody is waiting to exit. */
const SETTLE_MS = 60_000
const SETTLE_INTERRUPTED_MS = 1500

export interface PutStreamOptions {
  /** `aws/s3` for SSE-KMS with the account's default key; else a key's id, alias or ARN. Absent: the bucket's own default. */
  readonly kmsKey?: string
  /** About how many bytes will come, rather too many: the part size is chosen from it. @default 0, enough for 78 GiB */
  readonly expectedBytes?: number
  readonly contentType?: string
  readonly metadata?: Readonly<Record<string, string>>
  /** Interrupts the upload: it is aborted at S3 within about three seconds, even when nothing answers. */
  readonly signal?: AbortSignal | undefined
  /**
   * Runs when the source has ended whole and every part is uploaded, just before the one call that makes the object visible.
   * When it rejects, there will be no object, and `putStream` rejects with the same error.
   */
  readonly beforeComplete?: () => Promise<void>
  /** Told the bytes that S3 has confirmed so far, after each part. */
  readonly onProgress?: (bytes: number) => void
  /** Told when an upload that failed could not be cleaned up (CLEANUP_FAILED): the failure itself is what `putStream` rejects with. */
  readonly onWarning?: (warning: S3Error) => void
}

/**
 * Stores a stream as one object, which becomes visible only after the stream has ended and never otherwise: when the source fails,
 * closes early or is empty, when S3 fails, or on `signal`, nothing is left, and the promise rejects with the *first* error — an error of the
 * source is passed on as the very instance it was. Afterwards the object is read back: its size, and the checksum of the whole object that S3 keeps.
 *
 * An answer that was lost after S3 had completed the upload is recognised, and is a success. An interruption that comes while the
 * completing call is on its way does not undo it.
 */
export async function putStream(
  store: ObjectStore,
  key: string,
  body: Readable,
  options: PutStreamOptions = {},
): Promise<StoredObject> {
  const failed = new AbortController()
  const onAbort = (): void =>
    failed.abort(interrupted(options.signal ?? failed.signal, `the upload to ${urlOf(store, key)}`))
  if (options.signal?.aborted) {
    body.on('error', () => {}).destroy()
    throw interrupted(options.signal, `the upload to ${urlOf(store, key)}`)
  }
  options.signal?.addEventListener('abort', onAbort, { once: true })
  try {
    return await upload(store, key, body, options, failed)
  } finally {
    options.signal?.removeEventListener('abort', onAbort)
  }
}

async function upload(
  store: ObjectStore,
  key: string,
  body: Readable,
  options: PutStreamOptions,
  failed: AbortController,
): Promise<StoredObject> {
  const runId = randomUUID()
  const kms = options.kmsKey !== undefined
  const partSize = partSizeFor(options.expectedBytes ?? 0)
  const { meter, whole } = metered(store, key, body, capacityOf(partSize), failed)
  let sent: Tally | undefined
  const beforeComplete = async (): Promise<Tally> => {
    sent = await whole
    await options.beforeComplete?.()
    return sent
  }
  let confirmed = 0
  const gate = gatedClient(store, key, failed, beforeComplete, (bytes) => {
    confirmed += bytes
    options.onProgress?.(confirmed)
  })
  const warn = options.onWarning ?? (() => {})
  try {
    await new Upload({
      client: gate.client,
      partSize,
      queueSize: queueSizeFor(partSize),
      // Its own way of cleaning up replaces the cause by its own failure, and never looks whether it worked.
      leavePartsOnError: true,
      params: {
        Bucket: store.bucket,
        Key: key,
        Body: meter,
        ChecksumAlgorithm: 'CRC32',
        ChecksumType: 'FULL_OBJECT',
        Metadata: { ...options.metadata, [RUN_ID]: runId },
        ...(options.contentType !== undefined && { ContentType: options.contentType }),
        ...encryptionParams(options.kmsKey),
      },
    }).done()
    await abortDoubtful(store, key, gate, AbortSignal.timeout(SETTLE_MS), warn)
  } catch (error) {
    // The first failure is the one that counts; only where there was none is it one of lib-storage's own.
    failed.abort(explain(error, 'Upload', store, key))
    const limit = AbortSignal.timeout(options.signal?.aborted ? SETTLE_INTERRUPTED_MS : SETTLE_MS)
    const there = await settle(store, key, gate, sent && { key, runId, sent, kms }, limit, warn)
    if (!there) throw failed.signal.reason
  }
  if (!sent)
    throw new S3Error('UPLOAD_FAILED', `the upload to ${urlOf(store, key)} ended before its source did`)
  // An interruption that came too late to keep the object away must not keep its proof away either.
  const written = { key, runId, sent, kms }
  return await withGrace(options.signal ?? new AbortController().signal, SETTLE_INTERRUPTED_MS, (late) =>
    verifyStored(store, written, late),
  )
}
