/** A statement whose beginning has been read. */
export interface OpenStatement {
  /** Its text as UTF-8, comments taken out and `/*!…` comments opened up; cut at 1 MiB, and at VALUES when it has rows. */
  readonly head: string
  /** Whether it is an INSERT or REPLACE whose rows follow. */
  readonly rows: boolean
  /** Where its first byte stands in the SQL. */
  readonly from: number
}

/** What a scan tells, in the order of the SQL. Whatever a handler throws, `write` and `end` throw. */
export interface SqlHandlers {
  /** A line comment between statements, without its line end, cut at 1 KiB; `complete` when its line end was there too. */
  comment?(text: string, complete: boolean): void
  /** Once for each statement: at its rows, at its end, when 1 MiB of it has been read, or where the SQL ends inside it. */
  begin?(statement: OpenStatement): void
  /**
   * A piece of the rows of the statement begun last: tuples with exactly `,\n` between them, of which `ended` end in this piece.
   * When `closed`, the last tuple ends with the piece; else its next byte starts the next piece.
   */
  rows?(bytes: Buffer, from: number, to: number, ended: number, closed: boolean): void
  /** The statement's delimiter was met; `to` is where its last byte ends in the SQL. */
  end?(statement: OpenStatement, to: number): void
}

/** Where the SQL ended: between statements, which is well, or inside one. */
export type SqlEnd = 'between statements' | 'in a statement' | 'in a row' | 'in a string' | 'in a comment'
