import type { StepState } from './record.ts'
import type { FailurePolicy } from './step.ts'

/** A step or a hold has changed its state. `seconds` and `error` come with the end of it. */
export interface StepEvent {
  readonly kind: 'step' | 'hold'
  readonly name: string
  /** Of a hold, `doing` is being taken, `done` is held, `undoing` is being given back, `undone` is free again. */
  readonly state: StepState
  readonly seconds?: number
  readonly error?: unknown
}

/** What every call needs of its caller. */
export interface GoOptions {
  /** Who does it: person, machine, program and version. Kept in the record. */
  readonly by: string
  readonly now: () => Date
  /** Stops before the next step, and is given to the step at work. What then becomes of it: see `onFailure`. */
  readonly signal?: AbortSignal
  /** Told of every change, to show progress. What it throws is ignored: a broken terminal must not stop a restore. */
  readonly onStep?: (event: StepEvent) => void
}

/** Options of `resume`. */
export interface ResumeOptions extends GoOptions {
  /** For the steps that do not say themselves. @default 'take back' */
  readonly onFailure?: FailurePolicy
}

/** Options of `runSteps`. */
export interface RunOptions extends ResumeOptions {
  /** Names this run for good; see `JournalRecord.id`. */
  readonly id: string
  /** What kind of work this is, so that a reader of the record knows which steps to build. */
  readonly kind: string
  /** JSON from which any process can build the same steps. No secrets: it is kept as it is. */
  readonly plan: unknown
}
