import { JournalError } from './errors.ts'
import { goBack, goForward, type Going } from './go.ts'
import { holdingFor } from './holding.ts'
import { Journal } from './journal.ts'
import type { GoOptions, ResumeOptions } from './options.ts'
import type { Outcome } from './outcome.ts'
import { checkRecord } from './parse-record.ts'
import type { JournalRecord } from './record.ts'
import type { Step } from './step.ts'
import { holdsOf, mustFit } from './steps-fit.ts'
import type { JournalStore } from './store.ts'

/**
 * Opens a call: names its writer in the record, and writes it, so that whoever wrote before knows. Rejects when that fails;
 * what a killed process had left held is given back all the same, unless another one goes on with the record.
 */
export async function open(
  steps: readonly Step[],
  store: JournalStore,
  record: JournalRecord,
  options: GoOptions,
): Promise<Going> {
  // Anything else would make a record that nobody can read back.
  if (options.by === '')
    throw new JournalError('INVALID_OPTIONS', 'by is empty: nobody would know who did this')
  const journal = new Journal(record, store, options)
  const going = { steps, journal, holding: holdingFor(holdsOf(steps), journal) }
  journal.reopen()
  try {
    await journal.write()
  } catch (error) {
    if (!journal.superseded) await settle(() => going.holding.leave())
    throw error
  }
  return going
}

/** The record to go on from. Rejects when there is none, or none that these steps can use. */
export async function recordFor(steps: readonly Step[], store: JournalStore): Promise<JournalRecord> {
  const found = await store.read()
  if (found === undefined) {
    throw new JournalError('JOURNAL_MISSING', 'there is no journal record here', {
      hint: 'Look in its other stores, or start anew.',
    })
  }
  const record = checkRecord(found)
  mustFit(steps, record)
  return record
}

/** Forward to the end; after a failure, back to the start where the step that failed says so. */
export async function forward(going: Going, options: ResumeOptions): Promise<Outcome> {
  const { journal } = going
  const went = await goForward(going, signalOf(options), options.onFailure ?? 'take back')
  if (went === 'done') journal.update({ state: 'done' })
  // What cannot be recorded must not be undone either: the record would tell of steps that are no more.
  else if (went === 'take back' && journal.broken === undefined) {
    return await back(going, new AbortController().signal)
  }
  return await close(going)
}

/** Back to the start. */
export async function back(going: Going, signal: AbortSignal): Promise<Outcome> {
  going.journal.update({ state: 'taking back' })
  if (await goBack(going, signal)) going.journal.update({ state: 'taken back' })
  return await close(going)
}

/** Ends a call: nothing stays held, and the record tells how it ended. */
export async function close({ journal, holding }: Going): Promise<Outcome> {
  // Whoever goes on with this record now also answers for what is held.
  if (!journal.superseded) {
    await settle(() => holding.leave())
    journal.update({ endedAt: journal.time() })
    await settle(() => journal.writeOnceMore())
  }
  return outcomeOf(journal)
}

/** What a settled record says of itself: nothing is left to do. */
export function settledOutcome(record: JournalRecord): Outcome | undefined {
  const { state } = record
  const settled = state === 'done' || state === 'taken back' || state === 'finished'
  return settled ? { state, record, failures: [] } : undefined
}

export function signalOf({ signal }: GoOptions): AbortSignal {
  return signal ?? new AbortController().signal
}

function outcomeOf({ record, failures, broken }: Journal): Outcome {
  const settled = broken === undefined ? settledOutcome(record) : undefined
  return { state: settled?.state ?? 'failed', record, failures }
}

/** For what notes its own failure. */
async function settle(act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch {
    // Noted in the journal; there is nothing further that could be put right here.
  }
}
