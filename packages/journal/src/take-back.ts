import { back, open, recordFor, settledOutcome, signalOf } from './call.ts'
import { JournalError } from './errors.ts'
import type { GoOptions } from './options.ts'
import type { Outcome } from './outcome.ts'
import type { Step } from './step.ts'
import type { JournalStore } from './store.ts'

/**
 * Undoes every step that began, in reverse order, whatever it died at: before, inside or after a step or an undo. At any time
 * until `finish`, also long after the run was done. Does nothing when all is taken back already. A failing undo ends it, with
 * the steps before it as they were; called again, it goes on from there.
 *
 * The caller makes sure that no other process is at work on the same record. Rejects only when no step was touched: `FINISHED`,
 * `JOURNAL_MISSING`, `JOURNAL_INVALID`, `STEPS_DIFFER`, `JOURNAL_UNWRITABLE`, `SUPERSEDED`.
 */
export async function takeBack(
  steps: readonly Step[],
  store: JournalStore,
  options: GoOptions,
): Promise<Outcome> {
  const record = await recordFor(steps, store)
  if (record.state === 'finishing' || record.state === 'finished') {
    throw new JournalError(
      'FINISHED',
      `${record.kind} ${record.id} cannot be taken back: what was kept for that ${record.state === 'finished' ? 'was' : 'is being'} removed`,
      { hint: 'Restore from a backup.' },
    )
  }
  if (record.state === 'taken back')
    return settledOutcome(record) ?? { state: 'taken back', record, failures: [] }
  return await back(await open(steps, store, { ...record, state: 'taking back' }, options), signalOf(options))
}
