import type { JournalRecord, Phase } from './record.ts'

/** What went wrong during one call, with the error as it was thrown. */
export interface Failure {
  /** The step's or hold's name. */
  readonly at: string
  readonly phase: Phase | 'record'
  readonly error: unknown
}

/** How a call ended. */
export interface Outcome {
  /** `failed`: neither; `resume` goes on, `takeBack` takes back. Nothing is left held, unless a failure of phase `release` says so. */
  readonly state: 'done' | 'taken back' | 'finished' | 'failed'
  /** The record as it was last written; after a failure of phase `record`, as it should have been. */
  readonly record: JournalRecord
  /** Empty when all went well. The first is the cause; further ones came while taking back, giving back or recording. */
  readonly failures: readonly Failure[]
}
