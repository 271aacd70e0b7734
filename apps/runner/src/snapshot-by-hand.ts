import { ensureSnapshot, isDailyName } from '@raxx/lightsail-snapshots'
import type { Site } from '@raxx/site-config'
import { attempt } from './attempt.ts'
import { dayOf } from './plan-run.ts'
import { type ErrorDocument, errorDocument } from './told.ts'
import { Usage } from './usage.ts'
import type { World } from './world.ts'

/** What `snapshot --json` prints. */
export interface SnapshotByHandReport {
  readonly schema: 'raxx.snapshot/1'
  readonly site: string
  readonly outcome: 'ok' | 'failed'
  readonly name: string
  readonly state: string | null
  readonly error: ErrorDocument | null
}

/** Takes a snapshot that no retention will ever remove. Rejects a name that retention would take for its own. */
export async function snapshotByHand(
  site: Site,
  world: World,
  options: { readonly name?: string | undefined },
): Promise<SnapshotByHandReport> {
  const { snapshot } = site
  if (!snapshot)
    throw new Usage(
      `site ${site.name} has no snapshot tier`,
      'Add sites.<name>.snapshot to the configuration.',
    )
  const name = options.name ?? `${snapshot.instance}-manual-${dayOf(world.now())}`
  if (isDailyName(snapshot.namePrefix, name)) {
    throw new Usage(`${name} has the form of the daily snapshots, which are pruned`, 'Choose another name.')
  }
  const taken = await attempt(
    () =>
      ensureSnapshot(world.lightsail, {
        instance: snapshot.instance,
        name,
        signal: world.signal,
        now: world.now,
      }),
    world.signal,
  )
  return {
    schema: 'raxx.snapshot/1',
    site: site.name,
    outcome: taken.outcome === 'ok' ? 'ok' : 'failed',
    name,
    state: taken.outcome === 'ok' ? taken.done.snapshot.state : null,
    error: taken.outcome === 'failed' ? errorDocument(taken.error) : null,
  }
}
