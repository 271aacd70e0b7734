import { JournalError } from './errors.ts'
import { checkRecord } from './parse-record.ts'
import type { JournalRecord } from './record.ts'
import type { JournalStore } from './store.ts'

/** How to go on when one of the stores does not answer. */
export interface CompositeOptions {
  /** Told each time a store missed a write that another one has. */
  readonly onMissed?: (store: string, error: unknown) => void
  /**
   * Stores, by name, without whose answer `read` may do, because the operator says so: one of them may hold a newer record,
   * and a step that it calls begun would then be begun again unasked. At least one store must answer all the same.
   * @default none
   */
  readonly readWithout?: readonly string[]
}

/**
 * Keeps the record in several stores, named by their keys, so that it is found again when one of them is gone.
 *
 * Writes go to all at once; it is enough that one succeeds, so that a network cut off in the middle of a swap does not stop
 * it. Only the first write of a record must reach every store: nothing has been done yet, and refusing costs nothing.
 * (A run refused then may leave its record, with nothing begun, in the stores that took it.) Therefore a read must hear all of them, and takes the record with the highest `sequence`: any one alone may have missed the last writes.
 *
 * Rejects a read with `JOURNAL_UNREADABLE` when one does not answer, `JOURNAL_CONFLICT` when they hold different
 * runs or differ at the same sequence; a write with `JOURNAL_UNWRITABLE`, or with `SUPERSEDED` when any one says so.
 */
export function compositeStore(
  stores: Readonly<Record<string, JournalStore>>,
  options: CompositeOptions = {},
): JournalStore {
  const named = Object.entries(stores)
  return {
    async read() {
      const answers = await all(named, async (store) => {
        const found = await store.read()
        return found === undefined ? undefined : checkRecord(found)
      })
      const missed = answers.filter((answer) => 'error' in answer)
      const excused = new Set(options.readWithout)
      const missing = missed.filter(({ name }) => !excused.has(name))
      if (missing.length > 0 || missed.length === answers.length) {
        throw new JournalError('JOURNAL_UNREADABLE', `the record could not be read from ${told(missed)}`, {
          hint: 'Make it readable again; go on without it only if it cannot hold a newer record than the others.',
          cause: missed[0]?.error,
        })
      }
      return newest(
        answers.flatMap((answer) =>
          'value' in answer && answer.value !== undefined
            ? [{ name: answer.name, record: answer.value }]
            : [],
        ),
      )
    },

    async write(record) {
      const answers = await all(named, (store) => store.write(record))
      const missed = answers.filter((answer) => 'error' in answer)
      const superseded = missed.find(
        ({ error }) => error instanceof JournalError && error.code === 'SUPERSEDED',
      )
      if (superseded !== undefined) throw superseded.error
      if (missed.length === answers.length || (missed.length > 0 && record.sequence === 1)) {
        throw new JournalError('JOURNAL_UNWRITABLE', `the record could not be written to ${told(missed)}`, {
          hint: 'Make it writable again, then resume or take back.',
          cause: missed[0]?.error,
        })
      }
      for (const { name, error } of missed) options.onMissed?.(name, error)
    },
  }
}

type Answer<T> =
  | { readonly name: string; readonly value: T }
  | { readonly name: string; readonly error: unknown }

/** Waits for every store, also after one has failed: no write may land later, over a newer one. */
async function all<T>(
  stores: readonly (readonly [string, JournalStore])[],
  ask: (store: JournalStore) => Promise<T>,
): Promise<readonly Answer<T>[]> {
  return await Promise.all(
    stores.map(async ([name, store]) => {
      try {
        return { name, value: await ask(store) }
      } catch (error) {
        return { name, error }
      }
    }),
  )
}

function newest(
  found: readonly { readonly name: string; readonly record: JournalRecord }[],
): JournalRecord | undefined {
  const sorted = found.toSorted((a, b) => b.record.sequence - a.record.sequence)
  const [best] = sorted
  for (const other of sorted) {
    if (best === undefined) break
    const twoRuns = other.record.id !== best.record.id
    if (!twoRuns && other.record.sequence !== best.record.sequence) continue
    if (twoRuns || JSON.stringify(other.record) !== JSON.stringify(best.record)) {
      throw new JournalError(
        'JOURNAL_CONFLICT',
        `${best.name} and ${other.name} hold different records: ${about(best.record)}; ${about(other.record)}`,
        {
          hint: 'Find out which one is true (who wrote it, when), and put it in the place of the other.',
        },
      )
    }
  }
  return best?.record
}

function about({ kind, id, sequence, state, writer, updatedAt }: JournalRecord): string {
  return `${kind} ${id}, ${state}, sequence ${sequence}, by ${writer}, ${updatedAt}`
}

function told(missed: readonly { readonly name: string; readonly error: unknown }[]): string {
  return missed
    .map(({ name, error }) => `${name} (${error instanceof Error ? error.message : 'unknown'})`)
    .join(', ')
}
