/** What a step and a hold are given each time one of their functions is called. */
export interface StepContext {
  /** The record's id. */
  readonly id: string
  /** Aborted when the caller gives up. Never aborted while a failure is taken back, nor in `release`. */
  readonly signal: AbortSignal
  /**
   * What was last saved under this step's (or hold's) own name, or another's, by this process or by one before it;
   * `undefined` when nothing was. What a hold saved is forgotten once it is released.
   */
  readonly saved: (name?: string) => unknown
  /** Keeps a JSON value in the record: once this resolves, a process on another machine will find it. Rejects with `NOT_JSON`. */
  readonly save: (value: unknown) => Promise<void>
}

/**
 * Something that is taken before the first of the steps that need it and given back after the last of them, in either
 * direction and whatever happened: services stopped, for one.
 */
export interface Hold {
  /** Unique among all steps and holds. */
  readonly name: string
  /** Takes it. Called again, by this process or another, though it is taken already or half: must then end well. */
  take(context: StepContext): Promise<void>
  /** Gives it back. Called also when `take` failed or never ran, and again when it was given back already: must then end well. */
  release(context: StepContext): Promise<void>
}

/**
 * One thing to do, and how to take it back. Any function may have been cut off at any instant by a kill, and is then called
 * again by another process.
 */
export interface Step {
  /** Unique among all steps and holds, and the same in every process that builds this list: it is what the record knows the step by. */
  readonly name: string
  /** What must be held while `do` and `undo` run. Steps next to each other that name the same hold share one taking of it. */
  readonly under?: Hold
  /**
   * Has `do` happened, wholly? Asked only when `do` was cut off or failed, before it is run again. Without it, `do` is run
   * again: it must then end in the same state as if run once.
   */
  done?(context: StepContext): Promise<boolean>
  /** Does it; or does it again over what a run that was cut off had done by half. */
  do(context: StepContext): Promise<void>
  /**
   * Takes it back. Must end well when `do` happened wholly, by half or not at all, and when it was itself cut off before.
   * Absent: nothing to take back.
   */
  undo?(context: StepContext): Promise<void>
  /** Removes for good what was kept so that `undo` could work. Must end well when called again. Absent: nothing was kept. */
  finish?(context: StepContext, was: 'done' | 'taken back'): Promise<void>
  /**
   * What becomes of the steps before when this one fails: all are taken back, or all is left as it is, to be resumed.
   * @default the run's `onFailure`
   */
  readonly onFailure?: FailurePolicy
}

/** `take back`: undo everything in reverse order. `stop`: leave what is done, for `resume` or `takeBack`. */
export type FailurePolicy = 'take back' | 'stop'
