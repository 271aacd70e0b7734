import { JournalError } from './errors.ts'
import { parseRecord } from './parse-record.ts'
import type { JournalRecord } from './record.ts'
import type { JournalStore } from './store.ts'

/** A store that lasts as long as the process: for tests, and for work that needs no second chance. Keeps text, as a real one does. */
export function memoryStore(): JournalStore {
  let text: string | undefined
  return {
    read: () => Promise.resolve().then(() => (text === undefined ? undefined : parseRecord(text))),
    async write(record: JournalRecord) {
      const next = JSON.stringify(record)
      const newest = text === undefined ? undefined : parseRecord(text)
      // The same record once more is a write whose answer was lost.
      if (newest !== undefined && newest.sequence >= record.sequence && text !== next) {
        throw new JournalError(
          'SUPERSEDED',
          `${newest.writer} has written ${newest.kind} ${newest.id} since (sequence ${newest.sequence}, here ${record.sequence})`,
          { hint: 'Leave it to whoever goes on with it.' },
        )
      }
      text = next
    },
  }
}
