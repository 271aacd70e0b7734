import type { Journal } from './journal.ts'
import type { Hold } from './step.ts'

/** Takes and gives back holds, at most one at a time, for one call. */
export interface Holding {
  /**
   * Ends with exactly `wanted` held and the journal written: gives back what else is held, lets `begin` mark what comes next,
   * takes `wanted`. The record says `held`, and what begins, before anything is taken.
   */
  enter(wanted: Hold | undefined, signal: AbortSignal, begin: () => void): Promise<void>
  /** Gives back what is held, or may be held since a process before this one. */
  leave(): Promise<void>
}

/** Follows what the record says is held, not what this process took: the one before may have been killed. */
export function holdingFor(holds: readonly Hold[], journal: Journal): Holding {
  const never = new AbortController().signal
  let taken: Hold | undefined

  async function leave(except?: Hold): Promise<void> {
    for (const hold of holds) {
      if (hold === except || journal.holdNamed(hold.name).state === 'free') continue
      await recordBeforeRelease()
      taken = undefined
      journal.tellHold(hold.name, 'undoing')
      await journal.attempt(hold.name, 'release', () => hold.release(journal.contextOf(hold, never)))
      journal.tellHold(hold.name, 'undone', journal.markFree(hold.name))
    }
    if (journal.broken !== undefined) throw journal.broken
  }

  /** Somebody else may have gone on with the record since: what is held is theirs then. A store that fails is no reason to keep it. */
  async function recordBeforeRelease(): Promise<void> {
    try {
      await journal.write()
    } catch (error) {
      if (journal.superseded) throw error
    }
  }

  return {
    leave: () => leave(),
    async enter(wanted, signal, begin) {
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
