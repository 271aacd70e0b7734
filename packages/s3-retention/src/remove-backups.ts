import { isRetentionPlan, type RetentionPlan } from '@raxx/retention'
import { type Deleted, deleteObjects, maxKeys } from './delete-objects.ts'
import { type FailedKey, S3RetentionError } from './errors.ts'
import { dateOfDump, manifestKey } from './keys.ts'
import type { Backup, ListOptions } from './list-backups.ts'
import { isListedIn } from './listed.ts'
import { newestStands } from './newest-stands.ts'
import { noManifest } from './read-manifest.ts'
import { type BackupStore, s3Url } from './store.ts'

/**
 * Removes what the plan says, dumps and their manifests, oldest first, and answers with the keys of the dumps that are gone.
 *
 * Before anything goes, the plan's newest proven dump is proven once more in the bucket. A manifest goes before its dump: cut off
 * between the two, what is left is an unproven dump that the next plan removes, never a manifest that waits for other bytes.
 *
 * Rejects, with nothing removed, with NOT_DECIDED for a plan that `planRetention` did not make or a backup that
 * `listBackups` did not find in this store, and with STALE_PLAN when the newest dump is not proven any more; with
 * DELETE_FAILED, telling every key that stayed and why and (`removed`) what went, when S3 did not remove all.
 */
export async function removeBackups(
  store: BackupStore,
  plan: RetentionPlan<Backup>,
  options: ListOptions = {},
): Promise<{ readonly removed: readonly string[] }> {
  const { signal } = options
  const backups = chosen(store, plan)
  if (backups.length === 0) return { removed: [] }
  if (plan.newest === undefined) throw undecided('it removes backups, and keeps no proven one')
  signal?.throwIfAborted()
  await newestStands(store, plan.newest, signal)

  const removed: string[] = []
  const failed: FailedKey[] = []
  let cause: unknown
  for (let from = 0; from < backups.length && cause === undefined; from += maxKeys) {
    signal?.throwIfAborted()
    const batch = backups.slice(from, from + maxKeys)
    const manifests = batch.filter(hasManifest).map((backup) => backup.manifestKey)
    const first = await deleteObjects(store, manifests, signal)
    const stayed = new Set(first.failed.map(({ key }) => key))
    const dumps = batch.filter((backup) => !stayed.has(backup.manifestKey)).map(({ key }) => key)
    const second: Deleted =
      first.cause === undefined ? await deleteObjects(store, dumps, signal) : { gone: new Set(), failed: [] }
    removed.push(...second.gone)
    failed.push(...first.failed, ...second.failed)
    cause = first.cause ?? second.cause
  }
  if (failed.length > 0) throw notAll(store, backups.length, removed, failed, cause)
  return { removed }
}

/** The plan's removals, oldest first, each checked to be what it seems. */
function chosen(store: BackupStore, plan: RetentionPlan<Backup>): Backup[] {
  if (!isRetentionPlan(plan)) throw undecided('it was not made by planRetention')
  const backups = plan.remove.map(({ item }) => item).toReversed()
  for (const backup of backups) {
    const date = dateOfDump(store.prefix, backup.key)
    const own = date !== undefined && backup.manifestKey === manifestKey(store.prefix, date)
    if (!own || !isListedIn(store, backup)) {
      throw undecided(`${backup.key} was not found by listBackups in ${s3Url(store)}`)
    }
  }
  return backups
}

function hasManifest(backup: Backup): boolean {
  return backup.unproven !== noManifest
}

function undecided(seen: string): S3RetentionError {
  return new S3RetentionError('NOT_DECIDED', `nothing was removed: the plan cannot be trusted, ${seen}`, {
    hint: 'Give removeBackups the very plan that planRetention made from listBackups of the same store (one copy of @raxx/retention).',
  })
}

function notAll(
  store: BackupStore,
  asked: number,
  removed: readonly string[],
  failed: readonly FailedKey[],
  cause: unknown,
): S3RetentionError {
  const shown = failed.slice(0, 10).map(({ key, code, message }) => `${key} (${code}: ${message})`)
  const more = failed.length > shown.length ? `, and ${failed.length - shown.length} more` : ''
  const denied = failed.some(({ code }) => code === 'AccessDenied')
  return new S3RetentionError(
    'DELETE_FAILED',
    `${removed.length} of ${asked} backups were removed from ${s3Url(store)}; still there: ${shown.join(', ')}${more}`,
    {
      hint: denied
        ? `Allow s3:DeleteObject on arn:aws:s3:::${store.bucket}/${store.prefix}*; what stayed is tried again by the next run.`
        : 'Nothing needs cleaning up: what stayed is tried again by the next run.',
      removed,
      failed,
      ...(cause !== undefined && { cause }),
    },
  )
}
