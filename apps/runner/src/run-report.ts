import type { Delivery } from '@raxx/notifier'
import type { Site } from '@raxx/site-config'
import type { Attempt } from './attempt.ts'
import type { MadeDump } from './dump-tier.ts'
import type { RunPlan } from './plan-run.ts'
import type { TakenSnapshot } from './snapshot-tier.ts'
import { type ErrorDocument, errorDocument } from './told.ts'

export type Tier = 'dump' | 'snapshot'

/** What `run --json` prints. */
export interface RunReport {
  readonly schema: 'raxx.run/1'
  readonly site: string
  readonly dryRun: boolean
  readonly outcome: 'ok' | 'partial' | 'failed'
  readonly startedAt: string
  readonly finishedAt: string
  readonly dump: DumpReport
  readonly snapshot: SnapshotReport
  readonly notifications: readonly Delivery[]
}

type TierOutcome = 'ok' | 'failed' | 'skipped' | 'planned'

export interface DumpReport {
  readonly outcome: TierOutcome
  readonly key: string | null
  readonly bytes: number | null
  readonly sha256: string | null
  readonly tables: number | null
  readonly rows: number | null
  /** Removed by retention; in a dry run, what would be. */
  readonly removed: readonly string[]
  readonly error: ErrorDocument | null
}

export interface SnapshotReport {
  readonly outcome: TierOutcome
  readonly name: string | null
  readonly state: string | null
  readonly removed: readonly string[]
  readonly error: ErrorDocument | null
}

const ids = (items: readonly { readonly item: { readonly id: string } }[] | undefined): string[] =>
  (items ?? []).map(({ item }) => item.id)

function dumpReport(plan: RunPlan, attempt: Attempt<MadeDump> | undefined): DumpReport {
  const none = { key: null, bytes: null, sha256: null, tables: null, rows: null, removed: [], error: null }
  if (plan.dump === undefined) return { outcome: 'skipped', ...none }
  const key = plan.dump.plan?.key ?? null
  if (attempt === undefined) {
    const error = plan.dump.error ?? plan.dump.plan?.retention.error ?? plan.dump.plan?.staleUploads.error
    if (error !== undefined) return { outcome: 'failed', ...none, key, error: errorDocument(error) }
    return { outcome: 'planned', ...none, key, removed: ids(plan.dump.plan?.retention.plan?.remove) }
  }
  if (attempt.outcome === 'skipped') return { outcome: 'skipped', ...none }
  const error = attempt.outcome === 'failed' ? errorDocument(attempt.error) : null
  if (attempt.done === undefined) return { outcome: attempt.outcome, ...none, key, error }
  const { manifest, removed } = attempt.done
  return {
    outcome: attempt.outcome,
    key: attempt.done.key,
    bytes: manifest.object.bytes,
    sha256: manifest.object.sha256,
    tables: manifest.tables.length,
    rows: manifest.tables.reduce((sum, table) => sum + table.rows, 0),
    removed,
    error,
  }
}

function snapshotReport(plan: RunPlan, attempt: Attempt<TakenSnapshot> | undefined): SnapshotReport {
  const none = { name: null, state: null, removed: [], error: null }
  if (plan.snapshot === undefined) return { outcome: 'skipped', ...none }
  const name = plan.snapshot.plan?.name ?? null
  if (attempt === undefined) {
    const error = plan.snapshot.error ?? plan.snapshot.plan?.retention.error
    if (error !== undefined) return { outcome: 'failed', ...none, name, error: errorDocument(error) }
    return { outcome: 'planned', ...none, name, removed: ids(plan.snapshot.plan?.retention.plan?.remove) }
  }
  if (attempt.outcome === 'skipped') return { outcome: 'skipped', ...none }
  const error = attempt.outcome === 'failed' ? errorDocument(attempt.error) : null
  if (attempt.done === undefined) return { outcome: attempt.outcome, ...none, name, error }
  const { snapshot, removed } = attempt.done
  return { outcome: attempt.outcome, name: snapshot.name, state: snapshot.state, removed, error }
}

/** Puts the plan and what became of it into one document. Without attempts it is a dry run's. */
export function summarise(
  site: Site,
  plan: RunPlan,
  finishedAt: Date,
  attempts?: { readonly dump: Attempt<MadeDump>; readonly snapshot: Attempt<TakenSnapshot> },
): RunReport {
  const dump = dumpReport(plan, attempts?.dump)
  const snapshot = snapshotReport(plan, attempts?.snapshot)
  const outcomes = [dump.outcome, snapshot.outcome].filter((outcome) => outcome !== 'skipped')
  const failed = outcomes.filter((outcome) => outcome === 'failed').length
  // A planned tier that was not begun: the run was interrupted before it.
  const cut =
    attempts !== undefined &&
    outcomes.length < Number(plan.dump !== undefined) + Number(plan.snapshot !== undefined)
  return {
    schema: 'raxx.run/1',
    site: site.name,
    dryRun: attempts === undefined,
    outcome:
      failed === outcomes.length && (failed > 0 || cut) ? 'failed' : failed > 0 || cut ? 'partial' : 'ok',
    startedAt: plan.at.toISOString(),
    finishedAt: finishedAt.toISOString(),
    dump,
    snapshot,
    notifications: [],
  }
}
