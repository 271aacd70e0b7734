export { compositeStore, type CompositeOptions } from './composite-store.ts'
export { JournalError, type JournalErrorCode } from './errors.ts'
export { finish } from './finish.ts'
export { memoryStore } from './memory-store.ts'
export type { GoOptions, ResumeOptions, RunOptions, StepEvent } from './options.ts'
export type { Failure, Outcome } from './outcome.ts'
export { parseRecord } from './parse-record.ts'
export {
  type HoldRecord,
  JOURNAL_SCHEMA,
  type JournalRecord,
  type JournalState,
  type Phase,
  type RecordedError,
  type RecordedFailure,
  type StepRecord,
  type StepState,
} from './record.ts'
export { resume } from './resume.ts'
export { runSteps } from './run-steps.ts'
export type { FailurePolicy, Hold, Step, StepContext } from './step.ts'
export type { JournalStore } from './store.ts'
export { takeBack } from './take-back.ts'
