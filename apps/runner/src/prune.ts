import { removeBackups } from '@raxx/s3-retention'
import { removeSnapshots } from '@raxx/lightsail-snapshots'
import { type RetentionPlan, planRetention } from '@raxx/retention'
import type { Site } from '@raxx/site-config'
import { removedDespite } from './attempt.ts'
import { listDailySnapshots, listDumps } from './list-backups.ts'
import { type ErrorDocument, errorDocument } from './told.ts'
import type { World } from './world.ts'

/** What `prune --json` prints. */
export interface PruneReport {
  readonly schema: 'raxx.prune/1'
  readonly site: string
  readonly outcome: 'ok' | 'partial' | 'failed'
  readonly applied: boolean
  readonly dump: PrunedTier | null
  readonly snapshot: PrunedTier | null
}

export interface PrunedTier {
  readonly keep: readonly Reasoned[]
  readonly remove: readonly Reasoned[]
  /** What was removed; empty without `--apply`. */
  readonly removed: readonly string[]
  readonly error: ErrorDocument | null
}

export interface Reasoned {
  readonly id: string
  readonly reasons: readonly string[]
}

/** Shows what retention would remove now, and why; removes it only with `apply`. */
export async function prune(
  site: Site,
  world: World,
  options: { readonly apply: boolean },
): Promise<PruneReport> {
  const { signal } = world
  const dump = site.dump
    ? await pruneTier(
        async () => planRetention(await listDumps(site, world), site.dump!.keep, world.now()),
        options.apply &&
          ((plan) =>
            removeBackups({ client: world.s3, bucket: site.dump!.bucket, prefix: site.dump!.prefix }, plan, {
              signal,
            })),
      )
    : null
  const snapshot = site.snapshot
    ? await pruneTier(
        async () =>
          planRetention(await listDailySnapshots(site, world), site.snapshot!.keep, world.now(), {
            soundName: 'available',
          }),
        options.apply && ((plan) => removeSnapshots(world.lightsail, plan, { signal })),
      )
    : null
  const failed = [dump, snapshot].filter((tier) => tier?.error).length
  const tiers = [dump, snapshot].filter((tier) => tier !== null).length
  return {
    schema: 'raxx.prune/1',
    site: site.name,
    outcome: failed === 0 ? 'ok' : failed === tiers ? 'failed' : 'partial',
    applied: options.apply,
    dump,
    snapshot,
  }
}

async function pruneTier<T extends { readonly id: string; readonly at: Date; readonly sound: boolean }>(
  decide: () => Promise<RetentionPlan<T>>,
  remove: false | ((plan: RetentionPlan<T>) => Promise<{ readonly removed: readonly string[] }>),
): Promise<PrunedTier> {
  let decided: Pick<PrunedTier, 'keep' | 'remove'> = { keep: [], remove: [] }
  try {
    const plan = await decide()
    const reasoned = (entries: RetentionPlan<T>['keep']): Reasoned[] =>
      entries.map(({ item, reasons }) => ({ id: item.id, reasons }))
    decided = { keep: reasoned(plan.keep), remove: reasoned(plan.remove) }
    const removed = remove ? (await remove(plan)).removed : []
    return { ...decided, removed, error: null }
  } catch (error) {
    return { ...decided, removed: removedDespite(error), error: errorDocument(error) }
  }
}
