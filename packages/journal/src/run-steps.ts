import { forward, open } from './call.ts'
import { JournalError } from './errors.ts'
import { asJson } from './json.ts'
import type { RunOptions } from './options.ts'
import type { Outcome } from './outcome.ts'
import { JOURNAL_SCHEMA, type JournalRecord } from './record.ts'
import type { Step } from './step.ts'
import { holdsOf } from './steps-fit.ts'
import type { JournalStore } from './store.ts'

/**
 * Does the steps in order, each recorded in `store` before it begins. When one fails, those before it are undone in reverse
 * order, unless it (or `options.onFailure`) says `stop`. Whatever happens, what was taken as a hold is given back.
 *
 * Rejects only when nothing was done: with `INVALID_STEPS`, `INVALID_OPTIONS`, `NOT_JSON`, `JOURNAL_EXISTS` when the store
 * already has a record, `JOURNAL_UNWRITABLE`, or what the store's `read` rejects with. A failure of a step is told in the outcome.
 */
export async function runSteps(
  steps: readonly Step[],
  store: JournalStore,
  options: RunOptions,
): Promise<Outcome> {
  const holds = holdsOf(steps)
  const { id, kind, by } = options
  if (id === '' || kind === '') throw new JournalError('INVALID_OPTIONS', 'a run needs an id and a kind')
  const plan = asJson(options.plan, 'plan')
  const found = await store.read()
  if (found !== undefined) {
    throw new JournalError(
      'JOURNAL_EXISTS',
      `there is already a record here: ${found.kind} ${found.id}, ${found.state}`,
      {
        hint: 'Resume it, take it back or finish it; a new run gets a store of its own.',
      },
    )
  }
  const startedAt = options.now().toISOString()
  const record: JournalRecord = {
    schema: JOURNAL_SCHEMA,
    id,
    kind,
    // The first write makes it 1.
    sequence: 0,
    startedAt,
    updatedAt: startedAt,
    by,
    writer: by,
    plan,
    state: 'running',
    steps: steps.map(({ name }) => ({ name, state: 'pending' })),
    holds: holds.map(({ name }) => ({ name, state: 'free' })),
    failures: [],
  }
  return await forward(await open(steps, store, record, options), options)
}
