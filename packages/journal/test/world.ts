import { type Hold, type JournalRecord, type JournalStore, parseRecord, type Step } from '../src/index.ts'
import type { Faults } from './faults.ts'

/** What a step of the model can do, and whether it needs a hold. */
export interface StepKind {
  readonly hold?: 0 | 1
  readonly asks: boolean
  readonly undoes: boolean
  readonly stops: boolean
}

type Extent = 'not' | 'half' | 'wholly'

/** The one world that all processes change, and the rules that hold in it at every instant; breaking one throws, later too. */
export class World {
  readonly happened: Extent[]
  readonly held: Extent[] = ['not', 'not']
  readonly kept: Set<number> = new Set()
  readonly broken: string[] = []
  readonly #kinds: readonly StepKind[]
  readonly #faults: Faults
  #record: JournalRecord | undefined

  constructor(kinds: readonly StepKind[], faults: Faults) {
    this.#kinds = kinds
    this.#faults = faults
    this.happened = kinds.map(() => 'not')
  }

  get record(): JournalRecord | undefined {
    return this.#record
  }

  /** As a new process would: nothing but names survives from the one before. */
  steps(): readonly Step[] {
    const holds = this.held.map((_, h) => this.#hold(h))
    return this.#kinds.map((kind, i) => this.#step(i, kind, holds))
  }

  store(): JournalStore {
    return {
      read: async () => {
        await this.#faults.at('read')
        return this.record
      },
      write: async (record) => {
        await this.#faults.at('write, before')
        const before = this.record
        this.#must(record.sequence > (before?.sequence ?? 0), 'sequences grow')
        this.#must(record.failures.length >= (before?.failures.length ?? 0), 'failures are never forgotten')
        this.#must(record.updatedAt >= (before?.updatedAt ?? ''), 'time does not run back')
        this.#record = parseRecord(JSON.stringify(record))
        await this.#faults.at('write, after')
      },
    }
  }

  #step(i: number, kind: StepKind, holds: readonly Hold[]): Step {
    const hold = kind.hold === undefined ? undefined : holds[kind.hold]
    return {
      name: `step ${i}`,
      onFailure: kind.stops ? 'stop' : 'take back',
      ...(hold === undefined ? {} : { under: hold }),
      do: async (context) => {
        this.#may(i, 'doing')
        this.#must(
          !(kind.asks && this.happened[i] === 'wholly'),
          `step ${i} is not done twice when it can be asked`,
        )
        await this.#faults.at(`do ${i}, before`)
        this.happened[i] = 'half'
        await context.save({ for: i })
        await this.#faults.at(`do ${i}, inside`)
        this.happened[i] = 'wholly'
        this.kept.add(i)
        await this.#faults.at(`do ${i}, after`)
      },
      ...(kind.asks && {
        done: async () => {
          await this.#faults.at(`done ${i}`)
          return this.happened[i] === 'wholly'
        },
      }),
      ...(kind.undoes && {
        undo: async (context) => {
          this.#may(i, 'undoing')
          // What was begun had saved what its undo needs.
          this.#must(this.happened[i] !== 'wholly' || context.saved() !== undefined, `step ${i} saved`)
          await this.#faults.at(`undo ${i}, before`)
          if (this.happened[i] !== 'not') this.happened[i] = 'half'
          await this.#faults.at(`undo ${i}, inside`)
          this.happened[i] = 'not'
          await this.#faults.at(`undo ${i}, after`)
        },
      }),
      finish: async (_, was) => {
        this.#must(was === 'done' ? this.isDone() : this.isUndone(), `finished only when all is ${was}`)
        this.#must(this.record?.state === 'finishing', 'finishing is recorded first')
        await this.#faults.at(`finish ${i}, before`)
        this.kept.delete(i)
        await this.#faults.at(`finish ${i}, after`)
      },
    }
  }

  #hold(h: number): Hold {
    const name = `hold ${h}`
    return {
      name,
      take: async (context) => {
        this.#must(
          this.record?.holds.find((hold) => hold.name === name)?.state === 'held',
          `${name} is recorded before it is taken`,
        )
        this.#must(this.held[1 - h] === 'not', 'one thing is held at a time')
        await this.#faults.at(`take ${h}, before`)
        // What was running before must survive a kill, and being taken again.
        if (context.saved() === undefined) await context.save({ was: this.held[h] })
        this.held[h] = 'half'
        await this.#faults.at(`take ${h}, inside`)
        this.held[h] = 'wholly'
        await this.#faults.at(`take ${h}, after`)
      },
      release: async (context) => {
        this.#must(!context.signal.aborted, `${name} is given back even when interrupted`)
        const saved = context.saved()
        const was = this.held[h] === 'not' || JSON.stringify(saved) === '{"was":"not"}'
        this.#must(was, `${name} knows what was before it was first taken, not ${JSON.stringify(saved)}`)
        await this.#faults.at(`release ${h}, before`)
        if (this.held[h] !== 'not') this.held[h] = 'half'
        await this.#faults.at(`release ${h}, inside`)
        this.held[h] = 'not'
        await this.#faults.at(`release ${h}, after`)
      },
    }
  }

  /** Written ahead, in order, and with exactly what it needs held. */
  #may(i: number, state: 'doing' | 'undoing'): void {
    const record = this.record
    this.#must(record?.steps[i]?.state === state, `step ${i} is recorded as ${state} before it begins`)
    this.#must(
      this.happened.slice(0, i).every((extent) => extent === 'wholly'),
      `all before step ${i} are done`,
    )
    const after = this.#kinds.flatMap((kind, n) => (n > i && kind.undoes ? [this.happened[n]] : []))
    this.#must(
      after.every((extent) => extent === 'not'),
      `all after step ${i} are undone`,
    )
    for (const h of this.held.keys()) {
      const wanted = this.#kinds[i]?.hold === h ? 'wholly' : 'not'
      this.#must(this.held[h] === wanted, `hold ${h} is ${wanted} taken during step ${i}`)
    }
  }

  #undoable(): readonly (Extent | undefined)[] {
    return this.#kinds.flatMap((kind, i) => (kind.undoes ? [this.happened[i]] : []))
  }

  /** Kept apart as well: a step's error is caught by the runner. */
  #must(holds: boolean, rule: string): void {
    if (!holds) this.broken.push(rule)
  }

  isDone(): boolean {
    return this.happened.every((extent) => extent === 'wholly')
  }

  /** What has no undo has nothing to take back. */
  isUndone(): boolean {
    return this.#undoable().every((extent) => extent === 'not')
  }
}
