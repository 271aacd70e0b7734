import { JournalError } from './errors.ts'
import { asJson } from './json.ts'
import type { GoOptions, StepEvent } from './options.ts'
import type { Failure } from './outcome.ts'
import type { HoldRecord, JournalRecord, Phase, RecordedError, StepRecord, StepState } from './record.ts'
import type { Hold, Step, StepContext } from './step.ts'
import type { JournalStore } from './store.ts'

/**
 * The record while one call works on it: changed in memory, written by `write`. A change needs no write of its own when
 * nothing happens between it and the next one, which saves half of the writes while services are down.
 */
export class Journal {
  readonly failures: Failure[] = []
  readonly #store: JournalStore
  readonly #options: GoOptions
  #record: JournalRecord
  #unwritten: 'nothing' | 'something' = 'something'
  #broken: JournalError | undefined
  #writing: Promise<void> = Promise.resolve()

  constructor(record: JournalRecord, store: JournalStore, options: GoOptions) {
    this.#record = record
    this.#store = store
    this.#options = options
  }

  get record(): JournalRecord {
    return this.#record
  }

  /** The error of the first write that failed. From then on nothing may be done that only the record would tell. */
  get broken(): JournalError | undefined {
    return this.#broken
  }

  /** Another process goes on with this record: nothing at all may be done any more. */
  get superseded(): boolean {
    return this.#broken?.code === 'SUPERSEDED'
  }

  update(change: Partial<JournalRecord>): void {
    this.#record = { ...this.#record, ...change }
    this.#unwritten = 'something'
  }

  /** A call begins: its writer is named, and an earlier call's end forgotten. */
  reopen(): void {
    const { endedAt: _, ...record } = this.#record
    this.#record = { ...record, writer: this.#options.by }
    this.#unwritten = 'something'
  }

  time(): string {
    return this.#options.now().toISOString()
  }

  stepAt(i: number): StepRecord {
    const step = this.#record.steps[i]
    if (step === undefined) throw new RangeError(`the record has no step ${i}`)
    return step
  }

  /** A step begins in one direction or the other: the times and the error of the time before go. */
  begin(i: number, state: 'doing' | 'undoing'): void {
    const { name, ...before } = this.stepAt(i)
    const saved = 'saved' in before ? { saved: before.saved } : {}
    this.#setStep(i, { name, state, startedAt: this.time(), ...saved })
    this.#tell({ kind: 'step', name, state })
  }

  /** A step ended, or (`pending`, `undone`, or as it was) never began. */
  end(i: number, state: StepState, error?: unknown): void {
    const before = this.stepAt(i)
    const finishedAt = this.time()
    const seconds = before.startedAt === undefined ? 0 : secondsBetween(before.startedAt, finishedAt)
    const failed = error === undefined ? {} : { error: recorded(error) }
    this.#setStep(i, { ...before, state, finishedAt, seconds, ...failed })
    this.#tell({ kind: 'step', name: before.name, state, seconds, ...(error === undefined ? {} : { error }) })
  }

  /** Sets a step's state where nothing was done to it. */
  restore(i: number, before: StepRecord): void {
    this.#setStep(i, before)
    this.#tell({ kind: 'step', name: before.name, state: before.state })
  }

  holdNamed(name: string): HoldRecord {
    const hold = this.#record.holds.find((known) => known.name === name)
    if (hold === undefined) throw new RangeError(`the record has no hold ${name}`)
    return hold
  }

  /** Must be written before the hold is taken. */
  markHeld(name: string): void {
    const before = this.holdNamed(name)
    // Taken again after a kill, it has been held all along, and what it saved then still counts.
    if (before.state === 'free') this.#setHold({ name, state: 'held', heldAt: this.time() })
  }

  markFree(name: string): number {
    const { heldAt = this.time() } = this.holdNamed(name)
    const freedAt = this.time()
    const seconds = secondsBetween(heldAt, freedAt)
    this.#setHold({ name, state: 'free', heldAt, freedAt, seconds })
    return seconds
  }

  tellHold(name: string, state: StepState, seconds?: number): void {
    this.#tell({ kind: 'hold', name, state, ...(seconds === undefined ? {} : { seconds }) })
  }

  /** Runs one function of a step or hold; a failure is noted where it happened, and thrown on. */
  async attempt<T>(at: string, phase: Phase, act: () => Promise<T>): Promise<T> {
    try {
      return await act()
    } catch (error) {
      // A step whose save could not be written has not failed by itself.
      if (error !== this.#broken) this.note(at, phase, error)
      throw error
    }
  }

  note(at: string, phase: Phase, error: unknown): void {
    this.failures.push({ at, phase, error })
    if (phase === 'take' || phase === 'release')
      this.#tell({ kind: 'hold', name: at, state: 'failed', error })
    this.update({
      failures: [...this.#record.failures, { at, phase, time: this.time(), ...recorded(error) }],
    })
  }

  /** Keeps all changes since the last write. Rejects with `JOURNAL_UNWRITABLE` or `SUPERSEDED`, and again each time after that. */
  async write(): Promise<void> {
    await this.#inTurn(async () => {
      if (this.#broken !== undefined) throw this.#broken
      await this.#writeNow()
    })
  }

  /** The same, also after a write had failed: to leave word of the end, if that is possible again. */
  async writeOnceMore(): Promise<void> {
    await this.#inTurn(() => this.#writeNow())
  }

  /** A step may save twice at a time: no record may overtake another on its way to the store. */
  async #inTurn(write: () => Promise<void>): Promise<void> {
    const turn = this.#writing.then(write)
    this.#writing = turn.catch(() => {})
    await turn
  }

  async #writeNow(): Promise<void> {
    if (this.#unwritten === 'nothing') return
    this.update({ sequence: this.#record.sequence + 1, updatedAt: this.time() })
    this.#unwritten = 'nothing'
    try {
      await this.#store.write(this.#record)
    } catch (error) {
      this.#unwritten = 'something'
      const first = this.#broken === undefined
      this.#broken ??= asJournalError(error, this.#record)
      if (first) this.failures.push({ at: this.#record.id, phase: 'record', error: this.#broken })
      throw this.#broken
    }
  }

  contextOf(of: Step | Hold, signal: AbortSignal): StepContext {
    const find = (name: string) =>
      [...this.#record.steps, ...this.#record.holds].find((known) => known.name === name)
    return {
      id: this.#record.id,
      signal,
      saved: (name = of.name) => find(name)?.saved,
      save: async (value) => {
        const saved = asJson(value, 'saved')
        const i = this.#record.steps.findIndex(({ name }) => name === of.name)
        if (i === -1) this.#setHold({ ...this.holdNamed(of.name), saved })
        else this.#setStep(i, { ...this.stepAt(i), saved })
        await this.write()
      },
    }
  }

  #setStep(i: number, step: StepRecord): void {
    this.update({ steps: this.#record.steps.with(i, step) })
  }

  #setHold(hold: HoldRecord): void {
    this.update({ holds: this.#record.holds.map((known) => (known.name === hold.name ? hold : known)) })
  }

  #tell(event: StepEvent): void {
    try {
      this.#options.onStep?.(event)
    } catch {
      // Promised: progress that cannot be shown stops nothing.
    }
  }
}

function secondsBetween(from: string, to: string): number {
  // A clock that was set back in between must not make a record that nobody accepts.
  return Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000)
}

function recorded(error: unknown): RecordedError {
  if (!(error instanceof Error))
    return { code: 'UNKNOWN', message: 'something was thrown that is not an error' }
  const code =
    'code' in error && typeof error.code === 'string' && error.code !== '' ? error.code : error.name
  return { code: code === '' ? 'Error' : code, message: error.message }
}

function asJournalError(error: unknown, { kind, id }: JournalRecord): JournalError {
  if (error instanceof JournalError && error.code === 'SUPERSEDED') return error
  const seen = error instanceof Error ? `: ${error.message}` : ''
  return new JournalError('JOURNAL_UNWRITABLE', `the record of ${kind} ${id} could not be written${seen}`, {
    hint: 'Make its store reachable again, then resume or take back.',
    cause: error,
  })
}
