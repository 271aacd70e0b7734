import { notify } from '@raxx/notifier'
import type { Site } from '@raxx/site-config'
import { attempt } from './attempt.ts'
import { dumpTier } from './dump-tier.ts'
import { messageFor } from './message.ts'
import { planRun } from './plan-run.ts'
import { printPlan } from './print-plan.ts'
import { type RunReport, type Tier, summarise } from './run-report.ts'
import { snapshotTier } from './snapshot-tier.ts'
import type { World } from './world.ts'

export interface BackUpOptions {
  readonly dryRun: boolean
  /** One tier alone; both when absent. */
  readonly tier?: Tier
}

/**
 * The daily job: a proven dump in S3, then a snapshot, each pruned once it is safe, whatever became of the other.
 * Never rejects: what failed is in the report, and in the notification.
 */
export async function backUp(site: Site, world: World, options: BackUpOptions): Promise<RunReport> {
  const startedAt = world.now()
  const plan = await planRun(site, world, { at: startedAt, ...options })
  printPlan(plan, world.output)
  if (options.dryRun) return summarise(site, plan, world.now())

  const { dump: dumpPlan, snapshot: snapshotPlan } = plan
  const dump = await attempt(dumpPlan && (() => dumpTier(site, dumpPlan, world)), world.signal)
  // Whatever became of the dump.
  const snapshot = await attempt(
    snapshotPlan && (() => snapshotTier(site, snapshotPlan, world)),
    world.signal,
  )
  const report = world.output.cleaned(summarise(site, plan, world.now(), { dump, snapshot }))

  world.output.endGroup()
  const channels = await world.channels(site)
  const notifications = await notify(channels, messageFor(report, plan, world.env), world.telling)
  // GitHub's own annotation always arrives: somebody was told only when all channels took the message.
  if (notifications.length > 0 && notifications.every(({ delivered }) => delivered)) world.output.told()
  return { ...report, notifications }
}
