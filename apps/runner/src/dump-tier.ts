import { type DumpManifest, survey } from '@raxx/mysql-dump'
import { removeBackups, sweepUploads } from '@raxx/s3-retention'
import { ensureBucket } from '@raxx/s3-stream'
import type { Site } from '@raxx/site-config'
import { AfterDone, removedDespite } from './attempt.ts'
import { openHost } from './open-host.ts'
import type { DumpPlan } from './plan-run.ts'
import { type Planned, orThrow, planned } from './planned.ts'
import { printSurvey } from './print-survey.ts'
import { storeDump } from './store-dump.ts'
import type { World } from './world.ts'

/** The dump that a run made. */
export interface MadeDump {
  readonly key: string
  readonly manifest: DumpManifest
  readonly removed: readonly string[]
}

/** Tier 2: dump, prove, store, read back, vouch, prune; in that order, and nothing later when something earlier failed. */
export async function dumpTier(site: Site, decision: Planned<DumpPlan>, world: World): Promise<MadeDump> {
  const plan = orThrow(decision)
  const { output, signal } = world
  if (!site.dump || !site.database || !site.host) throw new TypeError('the configuration has no dump tier')
  const { bucket, prefix, kmsKey } = site.dump
  const store = { client: world.s3, bucket, prefix }
  output.heading('dump')

  const source = { ...site.database, password: await world.secret(site.database.password) }
  const { created } = await ensureBucket(store, { region: site.region, kmsKey, signal })
  if (created) output.step('bucket', `created ${bucket}: private, encrypted, unfinished uploads expire`)
  await using host = await openHost(site, site.host, world)
  output.step('host', host.told)
  const found = await survey(host.shell, source, { signal })
  printSurvey(found, output)
  const manifest = await storeDump(
    { site: site.name, tier: site.dump, source, store, plan },
    host.shell,
    found,
    world,
  )
  return await prune({ key: plan.key, manifest }, store, plan, world)
}

/** Only now that today's dump is proven does anything go. A failure here is told, and takes nothing from the dump. */
async function prune(
  made: Omit<MadeDump, 'removed'>,
  store: Parameters<typeof removeBackups>[0],
  plan: DumpPlan,
  { output, signal }: World,
): Promise<MadeDump> {
  const pruned = await planned(async () => removeBackups(store, orThrow(plan.retention), { signal }))
  const swept = await planned(async () => sweepUploads(store, orThrow(plan.staleUploads), { signal }))
  const removed = pruned.plan?.removed ?? removedDespite(pruned.error)
  if (removed.length > 0) output.step('pruned', removed.join(', '))
  if (swept.plan && swept.plan.length > 0) output.step('swept', `${swept.plan.length} unfinished uploads`)
  const error = pruned.error ?? swept.error
  if (error !== undefined) throw new AfterDone<MadeDump>({ ...made, removed }, error)
  return { ...made, removed }
}
