/** The schema of the records that this version writes and reads. */
export const JOURNAL_SCHEMA = 'raxx.journal/1'

/**
 * `running`, `taking back` and `finishing` are on their way, cut off or failed (then with `endedAt`); `done`, `taken back`
 * and `finished` are settled, with nothing held.
 */
export type JournalState = 'running' | 'taking back' | 'finishing' | 'done' | 'taken back' | 'finished'

/** `doing`, `undoing` and `failed`: may have happened wholly, by half or not at all. `undone`: as if it had never been. */
export type StepState = 'pending' | 'doing' | 'done' | 'undoing' | 'undone' | 'failed'

/** A step, as far as it came. Times and seconds are of its last `do` or `undo`. */
export interface StepRecord {
  readonly name: string
  readonly state: StepState
  readonly startedAt?: string
  readonly finishedAt?: string
  readonly seconds?: number
  readonly error?: RecordedError
  /** What the step saved: JSON. */
  readonly saved?: unknown
}

/** A hold. `held`: may be taken, wholly or by half. Seconds from before it was last taken until it was given back. */
export interface HoldRecord {
  readonly name: string
  readonly state: 'free' | 'held'
  readonly heldAt?: string
  readonly freedAt?: string
  readonly seconds?: number
  /** What the hold saved, until it is given back: JSON. */
  readonly saved?: unknown
}

/** An error as it is kept: its `code` (else its name) and its message. */
export interface RecordedError {
  readonly code: string
  readonly message: string
}

/** Which function failed: of a step `done?`, `do`, `undo` or `finish`; of a hold `take` or `release`. */
export type Phase = 'done?' | 'do' | 'undo' | 'finish' | 'take' | 'release'

/** A failure, told with the step or hold where it happened. The list of them in a record only grows. */
export interface RecordedFailure extends RecordedError {
  readonly at: string
  readonly phase: Phase
  readonly time: string
}

/** All that another process on another machine needs to go on or to take back. Times are ISO 8601, UTC. */
export interface JournalRecord {
  readonly schema: typeof JOURNAL_SCHEMA
  readonly id: string
  readonly kind: string
  /** Grows by at least one with every write: of two records, the higher is the newer. */
  readonly sequence: number
  readonly startedAt: string
  readonly updatedAt: string
  /** When the last call ended, well or badly. Absent: one is at work, or was killed. */
  readonly endedAt?: string
  /** Who started it. */
  readonly by: string
  /** Who wrote this record. */
  readonly writer: string
  /** What the steps are built from: JSON. */
  readonly plan: unknown
  readonly state: JournalState
  readonly steps: readonly StepRecord[]
  readonly holds: readonly HoldRecord[]
  readonly failures: readonly RecordedFailure[]
}
