import type { Message } from '@raxx/notifier'
import type { Backup } from '@raxx/s3-retention'
import { ageText } from './age.ts'
import type { RunPlan } from './plan-run.ts'
import type { RunReport } from './run-report.ts'
import type { ErrorDocument } from './told.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/**
 * What operators are told of a run: one message for whatever failed, or one for a recovery; a run like any other is a success,
 * which only heartbeats hear.
 */
export function messageFor(
  report: RunReport,
  plan: RunPlan,
  env: Readonly<Record<string, string | undefined>>,
): Message {
  const link = runLink(env)
  const facts = protectionFacts(plan)
  const sections = (['dump', 'snapshot'] as const).flatMap((tier) => {
    const { error, outcome } = report[tier]
    return outcome === 'failed' && error ? [sectionFor(tier, error)] : []
  })
  const common = { facts, ...(link && { link }) }
  if (report.outcome !== 'ok') {
    return { severity: 'failure', title: `${report.site}: ${outcomeText(report, plan)}`, sections, ...common }
  }
  const recovered = recoveredTiers(report, plan)
  if (recovered.length === 0) return { severity: 'success', title: `${report.site}: backed up`, ...common }
  return {
    severity: 'recovery',
    title: `${report.site}: recovered, ${recovered.join(' and ')} ${recovered.length === 1 ? 'is' : 'are'} backed up again`,
    ...common,
  }
}

/**
 * Tiers that were made today after at least one day without: what the stores themselves show, whatever became of earlier runs.
 * A failure that was made good on the same day leaves no trace there, and whoever ran it again has seen it.
 */
export function recoveredTiers(report: RunReport, plan: RunPlan): ('the database' | 'the instance')[] {
  const startOfToday = Date.parse(plan.at.toISOString().slice(0, 10))
  const missedADay = (before: Date | undefined): boolean =>
    before !== undefined && before.getTime() < startOfToday - DAY_MS
  const { dump, snapshot } = plan
  return [
    ...(report.dump.outcome === 'ok' && missedADay(dump?.plan?.newestProven?.at)
      ? (['the database'] as const)
      : []),
    ...(report.snapshot.outcome === 'ok' && missedADay(snapshot?.plan?.newestAvailable?.at)
      ? (['the instance'] as const)
      : []),
  ]
}

const sectionFor = (
  tier: string,
  { code, message, hint }: ErrorDocument,
): NonNullable<Message['sections']>[number] => ({
  heading: `${tier}: ${code}`,
  text: message,
  ...(hint !== null && { hint }),
})

function outcomeText(report: RunReport, plan: RunPlan): string {
  const planned = (['dump', 'snapshot'] as const).filter((tier) => plan[tier] !== undefined)
  const interrupted = planned.some(
    (tier) => report[tier].outcome === 'skipped' || report[tier].error?.code === 'INTERRUPTED',
  )
  const texts = planned.map((tier) => `the ${tier} ${tierText(report[tier])}`)
  return `${interrupted ? 'interrupted: ' : ''}${texts.join(', ')}`
}

function tierText(tier: RunReport['dump'] | RunReport['snapshot']): string {
  // Planned, and not begun.
  if (tier.outcome === 'skipped') return 'was not begun'
  if (tier.outcome === 'ok') return 'was made'
  // What failed then came after it: pruning.
  const made = 'bytes' in tier ? tier.bytes !== null : tier.state !== null
  return made ? 'was made, but pruning failed' : 'failed'
}

/** What protects the site whatever this run did: the newest backups that were there when it began. */
function protectionFacts(plan: RunPlan): NonNullable<Message['facts']>[number][] {
  const age = (at: Date): string => `${ageText((plan.at.getTime() - at.getTime()) / 1000)} old`
  const dump = plan.dump?.plan?.newestEarlier
  const snapshot = plan.snapshot?.plan?.newestAvailable
  return [
    ...(plan.dump?.plan
      ? [
          {
            label: 'newest proven dump of an earlier day',
            value: dump ? `${dump.key}, ${age(takenAt(dump))}` : 'none',
          },
        ]
      : []),
    ...(plan.snapshot?.plan
      ? [
          {
            label: 'newest snapshot before this run',
            value: snapshot ? `${snapshot.name}, ${age(snapshot.at)}` : 'none',
          },
        ]
      : []),
  ]
}

/** When the dump was taken, as its manifest says; its key tells only the day. */
function takenAt(backup: Backup): Date {
  const said: unknown = (backup.manifest as { takenAt?: unknown } | undefined)?.takenAt
  const at = typeof said === 'string' ? new Date(said) : backup.lastModified
  return Number.isNaN(at.getTime()) ? backup.lastModified : at
}

function runLink(env: Readonly<Record<string, string | undefined>>): Message['link'] {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = env
  return server && repository && run
    ? { label: 'the run', url: `${server}/${repository}/actions/runs/${run}` }
    : undefined
}
