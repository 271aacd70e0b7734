import { finished } from 'node:stream/promises'
import { S3Error } from './errors.ts'
import { headObject, type ObjectHead } from './head-object.ts'
import { type ObjectStore, RUN_ID, type StoredObject, urlOf } from './object-store.ts'
import { openObject } from './open-object.ts'
import { removeObject } from './remove-object.ts'
import type { Tally } from './tally.ts'

/** What an object must be, to be the one that was just written. */
export interface Written {
  readonly key: string
  readonly runId: string
  readonly sent: Tally
  /** Whether encryption with KMS was asked for. */
  readonly kms: boolean
}

/** Whether this is what was written: by the mark it carries, its size, and its checksum where the store tells one. */
export function isWritten(
  head: ObjectHead | undefined,
  { runId, sent }: Pick<Written, 'runId' | 'sent'>,
): boolean {
  return head !== undefined && head.metadata[RUN_ID] === runId && !differs(head, sent)
}

function differs(head: ObjectHead, sent: Tally): string | undefined {
  if (head.bytes !== sent.bytes) return `it has ${head.bytes} bytes, and ${sent.bytes} were sent`
  const { checksum } = head
  return checksum?.algorithm === 'CRC32' && checksum.value !== sent.crc32
    ? `it has the CRC32 ${checksum.value}, and ${sent.crc32} was sent`
    : undefined
}

/**
 * Reads back what S3 keeps of an object that was just written. One that differs is removed: CHECKSUM_MISMATCH. A store that
 * tells no checksum of the whole object is not trusted: its bytes are read and hashed. What cannot be read back rejects with NOT_VERIFIED
 * and stays, as it may well be whole. One that was to be encrypted with KMS and is not is removed: NOT_ENCRYPTED.
 */
export async function verifyStored(
  store: ObjectStore,
  written: Written,
  signal: AbortSignal | undefined,
): Promise<StoredObject> {
  const { key, runId, sent, kms } = written
  const url = urlOf(store, key)
  const head = await headObject(store, key, { signal }).catch((error: unknown) => {
    if (!(error instanceof S3Error) || error.code === 'ABORTED') throw error
    throw new S3Error('NOT_VERIFIED', `${url} was stored, but could not be read back: ${error.message}`, {
      hint: error.hint,
      cause: error,
    })
  })
  if (!head)
    throw new S3Error('NOT_VERIFIED', `${url} was stored, and is not there`, {
      hint: 'Find out what removes objects from the bucket, and run it again.',
    })
  const difference = differs(head, sent) ?? (await contentDiffers(store, head, sent, signal))
  if (difference !== undefined) {
    if (head.metadata[RUN_ID] !== runId)
      throw new S3Error(
        'NOT_VERIFIED',
        `${url} was replaced by another writer right after it was stored: ${difference}`,
        {
          hint: 'Find out what else writes to this key, and run it again.',
        },
      )
    await removeDiffering(store, head, 'not what was sent')
    throw new S3Error('CHECKSUM_MISMATCH', `${url} is not what was sent, and was removed: ${difference}`, {
      hint: 'Run it again; if it happens again, suspect the network path or the store.',
    })
  }
  const { etag, versionId, serverSide } = head
  if (kms && !serverSide.algorithm?.startsWith('aws:kms')) {
    await removeDiffering(store, head, 'not encrypted as asked for')
    throw new S3Error(
      'NOT_ENCRYPTED',
      `${url} was to be encrypted with KMS, but the store says ${serverSide.algorithm ?? 'nothing of encryption'}; it was removed`,
      { hint: 'Use a store that encrypts with KMS: this one takes the request and does not.' },
    )
  }
  return { key, ...sent, etag, versionId, serverSide }
}

async function contentDiffers(
  store: ObjectStore,
  head: ObjectHead,
  sent: Tally,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  if (head.checksum?.algorithm === 'CRC32') return undefined
  try {
    await finished(openObject(store, head.key, { sha256: sent.sha256, bytes: sent.bytes, signal }).resume())
    return undefined
  } catch (error) {
    if (error instanceof S3Error && error.code === 'CHECKSUM_MISMATCH') return error.message
    if (error instanceof S3Error && error.code === 'ABORTED') throw error
    throw new S3Error('NOT_VERIFIED', `${urlOf(store, head.key)} was stored, but could not be read back`, {
      cause: error,
    })
  }
}

async function removeDiffering(store: ObjectStore, head: ObjectHead, what: string): Promise<void> {
  const { key, versionId } = head
  try {
    await removeObject(store, key, { versionId })
  } catch (error) {
    throw new S3Error('CHECKSUM_MISMATCH', `${urlOf(store, key)} is ${what}, and could not be removed`, {
      hint: `Remove ${urlOf(store, key)} by hand: it is not a backup.`,
      cause: error,
    })
  }
}
