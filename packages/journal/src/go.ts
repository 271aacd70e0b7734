import { JournalError } from './errors.ts'
import type { Holding } from './holding.ts'
import type { Journal } from './journal.ts'
import type { StepRecord } from './record.ts'
import type { FailurePolicy, Step } from './step.ts'

/** One call at work. */
export interface Going {
  readonly steps: readonly Step[]
  readonly journal: Journal
  readonly holding: Holding
}

/** Does all steps that are not done. Resolves with what the step that failed wants to become of the others; failures are in the journal. */
export async function goForward(
  { steps, journal, holding }: Going,
  signal: AbortSignal,
  onFailure: FailurePolicy,
): Promise<'done' | FailurePolicy> {
  let policy = onFailure
  try {
    for (const [i, step] of steps.entries()) {
      const before = journal.stepAt(i)
      if (before.state === 'done') continue
      policy = step.onFailure ?? onFailure
      mustGoOn(journal, step, 'do', signal)
      await perform({ steps, journal, holding }, i, 'doing', signal, async () => {
        const context = journal.contextOf(step, signal)
        const asked = mayHaveHappened(before) ? step.done?.bind(step, context) : undefined
        const done = asked !== undefined && (await journal.attempt(step.name, 'done?', asked))
        if (!done) await journal.attempt(step.name, 'do', () => step.do(context))
        return 'done'
      })
    }
    await holding.leave()
    return 'done'
  } catch (error) {
    mustBeNoted(journal, error)
    return policy
  }
}

/** Undoes, from the last, all steps that began. Resolves with whether it came to the end. */
export async function goBack({ steps, journal, holding }: Going, signal: AbortSignal): Promise<boolean> {
  try {
    for (const [i, step] of [...steps.entries()].toReversed()) {
      if (!mayHaveHappened(journal.stepAt(i)) && journal.stepAt(i).state !== 'done') continue
      const undo = step.undo?.bind(step, journal.contextOf(step, signal))
      if (undo === undefined) {
        journal.restore(i, { ...journal.stepAt(i), state: 'undone' })
        continue
      }
      mustGoOn(journal, step, 'undo', signal)
      await perform({ steps, journal, holding }, i, 'undoing', signal, async () => {
        await journal.attempt(step.name, 'undo', undo)
        return 'undone'
      })
    }
    await holding.leave()
    return true
  } catch (error) {
    mustBeNoted(journal, error)
    return false
  }
}

/** Marks the step, takes what it needs, acts, marks it again: the record never says less than may have happened. */
async function perform(
  { steps, journal, holding }: Going,
  i: number,
  state: 'doing' | 'undoing',
  signal: AbortSignal,
  act: () => Promise<'done' | 'undone'>,
): Promise<void> {
  const before = journal.stepAt(i)
  let began = false
  try {
    await holding.enter(steps[i]?.under, signal, () => journal.begin(i, state))
    began = true
    const after = await act()
    // What the step saved must be kept before it may count as done, even where the step took no notice.
    if (journal.broken !== undefined) throw journal.broken
    journal.end(i, after)
  } catch (error) {
    if (began) journal.end(i, 'failed', error)
    else journal.restore(i, before)
    throw error
  }
}

function mayHaveHappened({ state }: StepRecord): boolean {
  return state === 'doing' || state === 'undoing' || state === 'failed'
}

/** Throws `INTERRUPTED`, noted, when the caller has given up. */
export function mustGoOn(
  journal: Journal,
  step: Step,
  phase: 'do' | 'undo' | 'finish',
  signal: AbortSignal,
): void {
  if (!signal.aborted) return
  const error = new JournalError('INTERRUPTED', `interrupted before ${JSON.stringify(step.name)}`, {
    cause: signal.reason,
  })
  journal.note(step.name, phase, error)
  throw error
}

/** An error that nobody noted is a fault of this package, not of a step: it must not pass for a step's failure. */
export function mustBeNoted(journal: Journal, error: unknown): void {
  if (!journal.failures.some((failure) => failure.error === error)) throw error
}
