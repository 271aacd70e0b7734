import type { Backup } from '@raxx/s3-retention'
import { type ObjectStore, headObject, putBytes, removeObject } from '@raxx/s3-stream'

interface Options {
  readonly kmsKey: string
  readonly signal: AbortSignal
}

/** The manifest of a dump that is about to be replaced. */
export interface EarlierManifest {
  /** Takes it away, so that it cannot vouch for the bytes that come in its dump's place. */
  withdraw(): Promise<void>
  /** Puts it back when its dump turns out to be there still: a replacement that failed costs no proven backup. */
  reinstate(): Promise<void>
}

/**
 * Looks after the manifest of today's earlier dump while that is being replaced. It comes back only when S3 shows the very object
 * (by ETag) that it vouched for; after an interruption, when a request may still be under way, it stays away.
 */
export function earlierManifest(
  store: ObjectStore,
  place: { readonly key: string; readonly manifestKey: string; readonly replaces: Backup | undefined },
  { kmsKey, signal }: Options,
): EarlierManifest {
  const { key, manifestKey, replaces } = place
  let etag: string | undefined
  return {
    async withdraw() {
      if (replaces?.sound) etag = (await headObject(store, key, { signal }))?.etag
      await removeObject(store, manifestKey, { signal })
    },
    async reinstate() {
      if (etag === undefined || signal.aborted || replaces?.manifest === undefined) return
      const now = await headObject(store, key, { signal })
      if (now?.etag !== etag || now.bytes !== replaces.bytes) return
      const text = `${JSON.stringify(replaces.manifest, null, 1)}\n`
      await putBytes(store, manifestKey, text, { kmsKey, contentType: 'application/json', signal })
    },
  }
}
