import type { LightsailClient } from '@aws-sdk/client-lightsail'
import { isRetentionPlan, type RetentionPlan } from '@raxx/retention'
import { isDailyName } from './daily-name.ts'
import { deleteSnapshot } from './delete-snapshot.ts'
import { LightsailError } from './errors.ts'
import { listSnapshots } from './list-snapshots.ts'
import type { Snapshot } from './snapshot.ts'

/** What became of a plan's removals. */
export interface RemovedSnapshots {
  /** Names that were deleted now. */
  readonly removed: readonly string[]
  /** Names that somebody else had deleted since the plan was made. */
  readonly gone: readonly string[]
}

/**
 * Removes exactly what the plan says, and looks once more before: a name that belongs to another snapshot by now is not
 * deleted, and nothing is (PLAN_OUTDATED) when the newest available snapshot on which the plan rests is not there.
 * Every removal is tried; those that failed are told together in one REMOVE_FAILED, whose `removed` tells what went.
 * Rejects with NOT_A_PLAN, and removes nothing, for anything that `planRetention` did not make or that holds other names.
 */
export async function removeSnapshots(
  client: LightsailClient,
  plan: RetentionPlan<Snapshot>,
  options: {
    /** Refuse a plan that would remove a snapshot of any other instance. */
    readonly instance?: string | undefined
    /** Refuse a plan that would remove a snapshot whose name is not `<prefix>YYYY-MM-DD`. */
    readonly namePrefix?: string | undefined
    readonly signal?: AbortSignal | undefined
  } = {},
): Promise<RemovedSnapshots> {
  checkPlan(plan, options)
  const removed: string[] = []
  const gone: string[] = []
  if (plan.remove.length === 0) return { removed, gone }
  const present = new Map(
    (await listSnapshots(client, { signal: options.signal })).map((one) => [one.name, one]),
  )
  checkFoundation(plan, present)
  const failures: { readonly name: string; readonly error: LightsailError }[] = []
  for (const { item } of plan.remove) {
    const found = present.get(item.name)
    try {
      if (!found) gone.push(item.name)
      else {
        checkSame(item, found)
        await deleteSnapshot(client, item.name, options)
        removed.push(item.name)
      }
    } catch (error) {
      if (!(error instanceof LightsailError)) throw error
      if (error.code === 'ABORTED') throw interrupted(error, removed)
      failures.push({ name: item.name, error })
    }
  }
  if (failures.length > 0) throw failed(plan, failures, removed)
  return { removed, gone }
}

function checkPlan(
  plan: RetentionPlan<Snapshot>,
  { instance, namePrefix }: { instance?: string | undefined; namePrefix?: string | undefined },
): void {
  const wrong = !isRetentionPlan(plan)
    ? 'it was not made by planRetention'
    : plan.remove
        .map(({ item }) => item)
        .filter(
          (item) =>
            (instance !== undefined && item.fromInstanceName !== instance) ||
            (namePrefix !== undefined && !isDailyName(namePrefix, item.name)),
        )
        .map(
          (item) => `${item.name}, a snapshot of ${item.fromInstanceName}, is none of those that are pruned`,
        )
        .join('; ')
  if (wrong) {
    throw new LightsailError('NOT_A_PLAN', `nothing was removed, the plan is refused: ${wrong}`, {
      hint: 'Give planRetention the daily snapshots of the instance, and hand on what it returns.',
    })
  }
}

function checkFoundation({ newest }: RetentionPlan<Snapshot>, present: ReadonlyMap<string, Snapshot>): void {
  const found = newest && present.get(newest.name)
  if (found?.sound && found.fromInstanceName === newest?.fromInstanceName) return
  throw new LightsailError(
    'PLAN_OUTDATED',
    `nothing was removed: the newest snapshot of the plan, ${newest?.name ?? 'none'}, is ${found?.state ?? 'missing'} now`,
    { hint: 'Run again: a new plan is made from what is there.' },
  )
}

function checkSame(planned: Snapshot, found: Snapshot): void {
  const same =
    planned.fromInstanceName === found.fromInstanceName &&
    planned.createdAt.getTime() === found.createdAt.getTime()
  if (same) return
  throw new LightsailError(
    'PLAN_OUTDATED',
    `${planned.name} is another snapshot by now: of ${found.fromInstanceName}, created ${found.createdAt.toISOString()}`,
  )
}

function failed(
  plan: RetentionPlan<Snapshot>,
  failures: readonly { readonly name: string; readonly error: LightsailError }[],
  removed: readonly string[],
): LightsailError {
  const each = failures.map(({ name, error }) => `${name} (${error.code}: ${error.message})`).join('; ')
  const went = removed.length > 0 ? removed.join(', ') : 'none'
  return new LightsailError(
    'REMOVE_FAILED',
    `${failures.length} of ${plan.remove.length} snapshots could not be removed: ${each}. Removed: ${went}`,
    {
      hint:
        failures.find(({ error }) => error.hint)?.error.hint ??
        'Run again: a new plan is made from what is there.',
      cause:
        failures.length === 1 ? failures[0]?.error : new AggregateError(failures.map(({ error }) => error)),
      removed,
    },
  )
}

function interrupted(error: LightsailError, removed: readonly string[]): LightsailError {
  const went = removed.length > 0 ? removed.join(', ') : 'none'
  return new LightsailError('ABORTED', `interrupted while snapshots were being removed. Removed: ${went}`, {
    cause: error.cause,
    removed,
  })
}
