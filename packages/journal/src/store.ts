import type { JournalRecord } from './record.ts'

/** Where one record is kept. */
export interface JournalStore {
  /** The record as last written (see `parseRecord`), or `undefined` where there is none. Rejects when it cannot know. */
  read(): Promise<JournalRecord | undefined>
  /**
   * Keeps the record in place of the one before, wholly or not at all (a file: written beside, flushed, renamed), and
   * resolves once it would survive a power cut. Must give up by itself in the end: a write that hangs stops the run.
   * Should reject with `SUPERSEDED` when it already has another record of the same or a higher `sequence`.
   */
  write(record: JournalRecord): Promise<void>
}
