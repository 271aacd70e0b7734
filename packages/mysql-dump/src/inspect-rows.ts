import { createHash, type Hash } from 'node:crypto'

/** Counts and hashes the rows of one table. */
export interface RowTally {
  /** A piece of rows as `scanSql` gives it. */
  add(bytes: Buffer, from: number, to: number, ended: number, closed: boolean): void
  /** Brings what waits in the shared stage into the hash; call before another tally uses the stage. */
  settle(): void
  result(): { rows: number; bytes: number; sha256: string }
}

const SEPARATOR_LENGTH = 2
/** Up to so many bytes are copied faster here than by a call into native code. */
const SHORT = 64

/**
 * The hash is of each tuple's bytes followed by `,` and a line feed: the form in which MariaDB writes all but the last
 * tuple of a statement, so that its rows are hashed in long slices, and the same however tuples are spread over
 * statements. Tuples hold balanced parentheses, so no two lists of tuples have one form.
 * @param stage gathers small tuples, since a call into the hash costs more than copying them; shared by all tallies
 */
export function tallyRows(stage: Buffer): RowTally {
  let hash: Hash | undefined
  let staged = 0
  let rows = 0
  let bytes = 0

  const settle = (): void => {
    if (staged === 0) return
    hash ??= createHash('sha256')
    hash.update(stage.subarray(0, staged))
    staged = 0
  }
  return {
    settle,
    add(piece, from, to, ended, closed) {
      const length = to - from
      rows += ended
      bytes += length - (closed ? ended - 1 : ended) * SEPARATOR_LENGTH
      if (length + SEPARATOR_LENGTH > stage.length - staged) settle()
      if (length + SEPARATOR_LENGTH > stage.length) {
        hash ??= createHash('sha256')
        hash.update(piece.subarray(from, to))
      } else {
        if (length > SHORT) piece.copy(stage, staged, from, to)
        else
          for (let index = 0; index < length; index++) stage[staged + index] = piece[from + index] as number
        staged += length
      }
      if (closed) {
        stage[staged++] = 0x2c
        stage[staged++] = 0x0a
      }
    },
    result() {
      settle()
      return { rows, bytes, sha256: (hash ?? createHash('sha256')).digest('hex') }
    },
  }
}
