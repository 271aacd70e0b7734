import { type Snapshot, ensureSnapshot, removeSnapshots } from '@raxx/lightsail-snapshots'
import type { Site } from '@raxx/site-config'
import { AfterDone, removedDespite } from './attempt.ts'
import type { SnapshotPlan } from './plan-run.ts'
import { type Planned, orThrow } from './planned.ts'
import type { World } from './world.ts'

/** The snapshot that a run took, or found. */
export interface TakenSnapshot {
  readonly snapshot: Snapshot
  readonly removed: readonly string[]
}

/** Tier 1: take today's snapshot, wait until it can be used, and only then prune. */
export async function snapshotTier(
  site: Site,
  decision: Planned<SnapshotPlan>,
  world: World,
): Promise<TakenSnapshot> {
  const plan = orThrow(decision)
  const { output, signal, lightsail } = world
  output.heading('snapshot')
  const waiting = output.progress('waiting')
  const { snapshot, outcome } = await ensureSnapshot(lightsail, {
    instance: plan.instance,
    name: plan.name,
    signal,
    now: world.now,
    onWait: (state) => waiting.update(`${plan.name} is ${state}`),
  }).finally(() => waiting.done())
  output.step('available', outcome === 'existing' ? `${plan.name}, taken before` : `${plan.name}, ${outcome}`)
  try {
    const { removed } = await removeSnapshots(lightsail, orThrow(plan.retention), {
      instance: plan.instance,
      namePrefix: site.snapshot?.namePrefix,
      signal,
    })
    if (removed.length > 0) output.step('pruned', removed.join(', '))
    return { snapshot, removed }
  } catch (error) {
    throw new AfterDone<TakenSnapshot>({ snapshot, removed: removedDespite(error) }, error)
  }
}
