import type { DumpManifest } from '@raxx/mysql-dump'
import {
  type ObjectStore,
  type StoredObject,
  headObject,
  putBytes,
  removeObject,
  withGrace,
} from '@raxx/s3-stream'
import { RunError } from './run-error.ts'
import { tell } from './told.ts'

/** How long vouching for a finished object may go on once the run was interrupted. */
const GRACE_MS = 1_500

/**
 * Writes the manifest beside a dump that is stored and was read back, and looks once more that it is that dump which the
 * manifest now vouches for: another run may have stored its own between. Rejects with NOT_VOUCHED, or with REPLACED_MEANWHILE
 * after having taken the manifest away again.
 */
export async function vouch(
  store: ObjectStore,
  manifestKey: string,
  manifest: DumpManifest,
  {
    stored,
    kmsKey,
    signal,
  }: { readonly stored: StoredObject; readonly kmsKey: string; readonly signal: AbortSignal },
): Promise<void> {
  const text = `${JSON.stringify(manifest, null, 1)}\n`
  // An interruption that came too late to keep the object away must not keep its proof away either.
  const replaced = await withGrace(signal, GRACE_MS, async (late) => {
    const ours = await putBytes(store, manifestKey, text, {
      kmsKey,
      contentType: 'application/json',
      signal: late,
    })
    if ((await headObject(store, stored.key, { signal: late }))?.etag === stored.etag) return false
    const there = await headObject(store, manifestKey, { signal: late })
    if (there?.etag === ours.etag) await removeObject(store, manifestKey, { signal: late })
    return true
  }).catch((cause: unknown) => {
    throw new RunError(
      'NOT_VOUCHED',
      `${stored.key} is stored and whole, but its manifest is not known to stand beside it: ${tell(cause).message}`,
      tell(cause).hint ?? 'Run it again: without its manifest, the dump of today does not count as proven.',
      { cause },
    )
  })
  if (!replaced) return
  throw new RunError(
    'REPLACED_MEANWHILE',
    `${stored.key} was replaced by another run while this one vouched for it`,
    'Run it again, and see to it that no two backups of a site run at once.',
  )
}
