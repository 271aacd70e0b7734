import type { Output } from './output.ts'
import type { DumpPlan, RunPlan, SnapshotPlan } from './plan-run.ts'
import type { Planned } from './planned.ts'
import { tell } from './told.ts'

/** The plan in lines, the same for a dry run and a real one. */
export function planLines(plan: RunPlan): { readonly name: string; readonly text: string }[] {
  return [
    ...(plan.dump ? dumpLines(plan.dump).map((text) => ({ name: 'dump', text })) : []),
    ...(plan.snapshot ? snapshotLines(plan.snapshot).map((text) => ({ name: 'snapshot', text })) : []),
  ]
}

export function printPlan(plan: RunPlan, output: Output): void {
  output.heading(`plan for ${plan.at.toISOString().slice(0, 10)}`)
  for (const { name, text } of planLines(plan)) output.step(name, text)
}

const cannot = (what: string, error: unknown): string => {
  const { code, message } = tell(error)
  return `cannot ${what}: ${code} ${message}`
}

function dumpLines(decision: Planned<DumpPlan>): string[] {
  const { plan } = decision
  if (!plan) return [cannot('be planned', decision.error)]
  return [
    ...(plan.bucket.exists ? [] : [`create bucket ${plan.bucketName}`]),
    plan.replaces
      ? `write ${plan.key}, in place of ${plan.replaces.sound ? 'the proven' : 'an unproven'} one of ${plan.replaces.bytes} bytes`
      : `write ${plan.key}`,
    ...removals(plan.retention),
    ...(plan.staleUploads.plan
      ? plan.staleUploads.plan.map((upload) => `abort the unfinished upload of ${upload.key}`)
      : [cannot('look for unfinished uploads', plan.staleUploads.error)]),
  ]
}

const ACTIONS = {
  take: (name: string) => `take ${name}`,
  keep: (name: string) => `keep ${name}, which is available already`,
  wait: (name: string) => `wait for ${name}, which is pending already`,
  retake: (name: string) => `remove ${name}, which is in error, and take it again`,
}

function snapshotLines(decision: Planned<SnapshotPlan>): string[] {
  const { plan } = decision
  if (!plan) return [cannot('be planned', decision.error)]
  return [`${ACTIONS[plan.action](plan.name)}, of ${plan.instance}`, ...removals(plan.retention)]
}

function removals(
  retention: Planned<{
    readonly keep: readonly unknown[]
    readonly remove: readonly {
      readonly item: { readonly id: string }
      readonly reasons: readonly string[]
    }[]
  }>,
): string[] {
  if (!retention.plan) return [cannot('decide what to remove', retention.error)]
  const { keep, remove } = retention.plan
  return [
    ...remove.map(({ item, reasons }) => `then remove ${item.id}: ${reasons.join('; ')}`),
    `keep ${keep.length}, remove ${remove.length}`,
  ]
}
