import type { RetentionItem } from '@raxx/retention'
import { dateOfDump, manifestKey } from './keys.ts'
import { type ListedObject, listObjects } from './list-objects.ts'
import { listed } from './listed.ts'
import { type Proof, prove } from './prove.ts'
import { maxManifestBytes, noManifest, readManifest, tooLarge } from './read-manifest.ts'
import type { BackupStore } from './store.ts'

/** A day's dump, and whether it is proven. */
export interface Backup extends RetentionItem {
  /** The dump's key. */
  readonly id: string
  /** The key's date at 00:00 UTC. S3's `LastModified` is when a copy arrived, not when the dump was taken. */
  readonly at: Date
  /** Whether it is proven: its manifest names this key and this size. */
  readonly sound: boolean
  /** The key's date, `YYYY-MM-DD`. */
  readonly date: string
  readonly key: string
  /** Where its manifest is, or would be. */
  readonly manifestKey: string
  readonly bytes: number
  readonly lastModified: Date
  /** The manifest as it stands in the bucket, when it is JSON. */
  readonly manifest?: unknown
  /** Why it is not proven: `no manifest`, `its manifest says 10 bytes, the object has 12`, … */
  readonly unproven?: string
}

export interface ListOptions {
  /** Aborts the listing; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** Manifests that are read at a time. */
const readAhead = 8

/**
 * The dated dumps under the prefix, newest first; nothing comes before the listing was complete. Only keys of the exact form
 * `<prefix>YYYY-MM-DD.sql.gz`, of a real day, are dumps: all else under the prefix is not seen. Manifests are read as far as the
 * caller goes, a few ahead.
 *
 * Rejects with INCOMPLETE_LISTING rather than giving a shorter list, and with READ_FAILED or ACCESS_DENIED rather than
 * calling a dump unproven because its manifest could not be read.
 */
export async function* listBackups(
  store: BackupStore,
  options: ListOptions = {},
): AsyncGenerator<Backup, void, void> {
  const { signal } = options
  const objects = await listObjects(store, signal)
  const dumps = [...objects.values()]
    .map((object) => ({ object, date: dateOfDump(store.prefix, object.key) ?? '' }))
    .filter(({ date }) => date !== '')
    .toSorted((a, b) => (a.date < b.date ? 1 : -1))

  const left = new AbortController()
  const either = signal ? AbortSignal.any([signal, left.signal]) : left.signal
  const window: Promise<Backup>[] = []
  try {
    for (const { object, date } of dumps) {
      const backup = toBackup(store, object, date, objects, either)
      // It is awaited in its turn; until then its failure must not count as unhandled.
      backup.catch(() => undefined)
      window.push(backup)
      const next = window.length > readAhead ? window.shift() : undefined
      if (next) yield await next
    }
    for (const backup of window) yield await backup
  } finally {
    left.abort()
  }
}

async function toBackup(
  store: BackupStore,
  object: ListedObject,
  date: string,
  objects: ReadonlyMap<string, ListedObject>,
  signal: AbortSignal,
): Promise<Backup> {
  const proof = await proofOf(store, object, objects.get(manifestKey(store.prefix, date)), signal)
  return listed(store, {
    id: object.key,
    at: new Date(`${date}T00:00:00Z`),
    sound: proof.proven,
    date,
    key: object.key,
    manifestKey: manifestKey(store.prefix, date),
    bytes: object.bytes,
    lastModified: object.lastModified,
    ...(proof.manifest !== undefined && { manifest: proof.manifest }),
    ...(!proof.proven && { unproven: proof.why }),
  })
}

async function proofOf(
  store: BackupStore,
  dump: ListedObject,
  manifest: ListedObject | undefined,
  signal: AbortSignal,
): Promise<Proof> {
  if (manifest === undefined) return { proven: false, why: noManifest }
  if (manifest.bytes > maxManifestBytes) return { proven: false, why: tooLarge() }
  const read = await readManifest(store, manifest.key, signal)
  return 'text' in read ? prove(dump, read.text) : { proven: false, why: read.why }
}
