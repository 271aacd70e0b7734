import { back, forward, open, recordFor, settledOutcome, signalOf } from './call.ts'
import { finishSteps } from './finish.ts'
import type { ResumeOptions } from './options.ts'
import type { Outcome } from './outcome.ts'
import type { Step } from './step.ts'
import type { JournalStore } from './store.ts'

/**
 * Goes on where a run stopped, failed or was killed, in the direction it had: forward, taking back, or finishing. A step that
 * was cut off is asked `done?` and done again only if it is not. Does nothing when the record is settled.
 *
 * The caller makes sure that no other process is at work on the same record (a lock on the host, held by a live session).
 * Rejects only when no step was touched: `JOURNAL_MISSING`, `JOURNAL_INVALID`, `STEPS_DIFFER`, `JOURNAL_UNWRITABLE`, `SUPERSEDED`.
 */
export async function resume(
  steps: readonly Step[],
  store: JournalStore,
  options: ResumeOptions,
): Promise<Outcome> {
  const record = await recordFor(steps, store)
  const settled = settledOutcome(record)
  if (settled !== undefined) return settled
  const going = await open(steps, store, record, options)
  if (record.state === 'taking back') return await back(going, signalOf(options))
  return record.state === 'finishing'
    ? await finishSteps(going, signalOf(options))
    : await forward(going, options)
}
