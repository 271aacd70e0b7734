import { close, open, recordFor, settledOutcome, signalOf } from './call.ts'
import { JournalError } from './errors.ts'
import { type Going, mustBeNoted, mustGoOn } from './go.ts'
import type { GoOptions } from './options.ts'
import type { Outcome } from './outcome.ts'
import type { Step } from './step.ts'
import type { JournalStore } from './store.ts'

/**
 * Removes for good what the steps kept so that they could be undone: the point of no return. Only after all is done or all is
 * taken back; anything else is refused (`UNSETTLED`). Cut off or failed, it is called again. Does nothing when finished already.
 *
 * Rejects only when nothing was removed: `UNSETTLED`, `JOURNAL_MISSING`, `JOURNAL_INVALID`, `STEPS_DIFFER`,
 * `JOURNAL_UNWRITABLE`, `SUPERSEDED`.
 */
export async function finish(
  steps: readonly Step[],
  store: JournalStore,
  options: GoOptions,
): Promise<Outcome> {
  const record = await recordFor(steps, store)
  const { state } = record
  if (state === 'running' || state === 'taking back') {
    throw new JournalError('UNSETTLED', `${record.kind} ${record.id} is neither done nor taken back`, {
      hint: 'Resume it or take it back first.',
    })
  }
  if (state === 'finished') return settledOutcome(record) ?? { state, record, failures: [] }
  // Written by `open`, before anything is removed: from here on there is no way back.
  const going = await open(steps, store, { ...record, state: 'finishing' }, options)
  return await finishSteps(going, signalOf(options))
}

/** The removing itself, for a record that says `finishing`. Steps that never began kept nothing. */
export async function finishSteps(going: Going, signal: AbortSignal): Promise<Outcome> {
  const { steps, journal } = going
  const was = journal.record.steps.every(({ state }) => state === 'done') ? 'done' : 'taken back'
  try {
    for (const [i, step] of steps.entries()) {
      if (journal.stepAt(i).state === 'pending') continue
      const act = step.finish?.bind(step, journal.contextOf(step, signal), was)
      if (act === undefined) continue
      mustGoOn(journal, step, 'finish', signal)
      await journal.attempt(step.name, 'finish', act)
      if (journal.broken !== undefined) throw journal.broken
    }
    journal.update({ state: 'finished' })
  } catch (error) {
    mustBeNoted(journal, error)
  }
  return await close(going)
}
