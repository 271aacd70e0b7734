import { type Snapshot, createSnapshot, findSnapshot, isDailyName } from '@raxx/lightsail-snapshots'
import type { Site } from '@raxx/site-config'
import { attempt } from './attempt.ts'
import { dayOf } from './plan-run.ts'
import { type ErrorDocument, errorDocument } from './told.ts'
import { Refused, Usage } from './usage.ts'
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

/**
 * Takes a snapshot that no retention will ever remove. Rejects a name that retention would take for its own (exit 2), and one
 * that is taken (exit 5): who asks for a snapshot before an upgrade must not be shown an older one.
 */
export async function snapshotByHand(
  site: Site,
  world: World,
  options: { readonly name?: string | undefined },
): Promise<SnapshotByHandReport> {
  const { snapshot } = site
  if (!snapshot) {
    throw new Usage(
      `site ${site.name} has no snapshot tier`,
      'Add sites.<name>.snapshot to the configuration.',
    )
  }
  const name = options.name ?? `${snapshot.instance}-manual-${dayOf(world.now())}`
  if (isDailyName(snapshot.namePrefix, name)) {
    throw new Usage(`${name} has the form of the daily snapshots, which are pruned`, 'Choose another name.')
  }
  if (!/^\w[\w-]*\w$/.test(name) || name.length > 255) {
    throw new Usage(
      `--name ${JSON.stringify(name)} is not a name for Lightsail`,
      'Use letters, digits, - and _, up to 255.',
    )
  }
  const taken = await attempt(() => take(snapshot.instance, name, world), world.signal)
  if (taken.outcome === 'failed' && taken.error instanceof Refused) throw taken.error
  return {
    schema: 'raxx.snapshot/1',
    site: site.name,
    outcome: taken.outcome === 'ok' ? 'ok' : 'failed',
    name,
    state: taken.outcome === 'ok' ? taken.done.state : null,
    error: taken.outcome === 'failed' ? errorDocument(taken.error) : null,
  }
}

async function take(
  instance: string,
  name: string,
  { lightsail, output, signal, now }: World,
): Promise<Snapshot> {
  const existing = await findSnapshot(lightsail, name, { signal })
  if (existing) {
    throw new Refused(
      'NAME_TAKEN',
      `there is a snapshot ${name} already, ${existing.state}, created ${existing.createdAt.toISOString()}; none was taken now`,
      'Give this one another name: --name NAME.',
    )
  }
  const waiting = output.progress('waiting')
  return await createSnapshot(lightsail, {
    instance,
    name,
    signal,
    now,
    onWait: (state) => waiting.update(`${name} is ${state}`),
  }).finally(() => waiting.done())
}
