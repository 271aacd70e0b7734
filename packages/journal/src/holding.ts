import type { Journal } from './journal.ts'
import type { Hold } from './step.ts'

/** Takes and gives back holds, at most one at a time, for one call. */
export interface Holding {
  /**
   * Ends with exactly `wanted` held and the journal written: gives back what else is held, lets `begin` mark what comes next,
   * takes `wanted`. The record says `held`, and what begins, before anything is taken.
   */
  enter(wanted: Hold | undefined, begin: () => void): Promise<void>
  /** Gives back what is held, or may be held since a process before this one. */
  leave(): Promise<void>
}

/** Follows what the record says is held, not what this process took: the one before may have been killed. */
export function holdingFor(holds: readonly Hold[], journal: Journal, signal: AbortSignal): Holding {
  const never = new AbortController().signal
  let taken: Hold | undefined

  async function leave(except?: Hold): Promise<void> {
    for (const hold of holds) {
      if (hold === except || journal.holdNamed(hold.name).state === 'free') continue
      taken = undefined
      journal.tellHold(hold.name, 'undoing')
      await journal.attempt(hold.name, 'release', () => hold.release(journal.contextOf(hold, never)))
      journal.tellHold(hold.name, 'undone', journal.markFree(hold.name))
    }
  }

  return {
    leave: () => leave(),
    async enter(wanted, begin) {
      await leave(wanted)
      begin()
      if (wanted !== undefined) journal.markHeld(wanted.name)
      await journal.write()
      if (wanted === undefined || wanted === taken) return
      journal.tellHold(wanted.name, 'doing')
      await journal.attempt(wanted.name, 'take', () => wanted.take(journal.contextOf(wanted, signal)))
      taken = wanted
      journal.tellHold(wanted.name, 'done')
    },
  }
}
