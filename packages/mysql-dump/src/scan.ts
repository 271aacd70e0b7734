import { MysqlDumpError } from './errors.ts'
import { backslashesAfter } from './scan-sql-mode.ts'
import {
  BACKTICK,
  CLOSE_PAREN,
  COMMA,
  DOUBLE,
  HASH,
  LF,
  matches,
  MINUS,
  OPEN_PAREN,
  SINGLE,
  SLASH,
  SPACE,
  STAR,
  stopsFor,
} from './scan-bytes.ts'
import type { OpenStatement, SqlEnd, SqlHandlers } from './scan-handlers.ts'
import { boundedHead } from './scan-head.ts'
import { OPEN, OPEN_ESCAPED, skipString } from './scan-string.ts'

/** Reads SQL as the command-line client does, piece by piece, cut anywhere. */
export interface SqlScanner {
  /** The piece is not kept beyond the call, but for a few bytes, which are copied. */
  write(piece: Uint8Array): void
  /** Call once, after the last piece. */
  end(): SqlEnd
}

const HEAD_LIMIT = 1 << 20
const COMMENT_LIMIT = 1024
const COMMAND_LIMIT = 256

/** Where the scan stands between two bytes: first among statements, then inside what is opaque to statements. */
type Mode = 'gap' | 'statement' | 'values' | 'tuple'
type Opaque = 'none' | 'string' | 'line' | 'block'

/**
 * Splits what mariadb-dump and mysqldump write into statements and rows. Rules are the client's own (client/mysql.cc,
 * `add_line`): the current DELIMITER ends a statement outside of quotes and comments, also within an executable comment;
 * backslashes escape in ' and " unless the sql_mode last set says NO_BACKSLASH_ESCAPES.
 */
export function scanSql(handlers: SqlHandlers): SqlScanner {
  const head = boundedHead(HEAD_LIMIT)
  const comment = boundedHead(COMMENT_LIMIT)
  let delimiter = Buffer.from(';')
  let stops = stopsFor(delimiter)
  let mode: Mode = 'gap'
  let opaque: Opaque = 'none'
  let quote: number = SINGLE
  let escaped = false
  let backslashes = true
  let executable = 0 // how many /*! are open
  let depth = 0 // of parentheses in a tuple
  let begun: OpenStatement | undefined
  let statementFrom = 0
  let runFrom = 0 // where the piece of rows at hand starts in this buffer
  let ended = 0
  let base = 0 // where this buffer starts in the SQL
  let carry: Buffer = Buffer.alloc(0)
  let final = false
  let bytes = carry
  let size = 0

  function begin(rows: boolean): void {
    begun = { head: head.text(), rows, from: statementFrom }
    head.clear()
    handlers.begin?.(begun)
  }

  function capture(from: number, to: number): void {
    if (begun || mode !== 'statement') return
    head.add(bytes, from, to)
    if (head.full) begin(false)
  }

  function space(): void {
    if (!begun && mode === 'statement') head.addByte(SPACE)
  }

  function flushRows(to: number, closed: boolean): void {
    if (to > runFrom || closed) handlers.rows?.(bytes, runFrom, to, ended, closed)
    runFrom = to
    ended = 0
  }

  function endStatement(at: number): void {
    if (mode === 'tuple') {
      throw new MysqlDumpError(
        'SQL_TRUNCATED',
        `a statement ends inside a row, at byte ${base + at} of the SQL`,
      )
    }
    if (!begun) begin(false)
    const statement = begun as OpenStatement
    begun = undefined
    mode = 'gap'
    if (!statement.rows) backslashes = backslashesAfter(statement.head, backslashes)
    handlers.end?.(statement, base + at)
  }

  function endComment(complete: boolean): void {
    handlers.comment?.(comment.text(), complete)
    comment.clear()
  }

  // The readers below take the index of the first unread byte and return the next one; `~index` asks for more bytes first.

  /** A comment or the delimiter, if one starts here; else the same index. */
  function token(at: number): number {
    const byte = bytes[at]
    if (byte === delimiter[0]) {
      if (size - at < delimiter.length && !final) return ~at
      if (matches(bytes, at, delimiter)) {
        if (mode !== 'gap') endStatement(at)
        return at + delimiter.length
      }
    }
    if (byte === HASH) return openLine(at, at + 1)
    if (byte === MINUS) {
      if (size - at < 3 && !final && (size - at < 2 || bytes[at + 1] === MINUS)) return ~at
      const third = bytes[at + 2]
      const isComment = bytes[at + 1] === MINUS && (mode === 'gap' || third === undefined || third <= SPACE)
      return isComment ? openLine(at, at + 2) : at
    }
    if (byte === SLASH) return openBlock(at)
    if (byte === STAR && executable > 0) {
      if (size - at < 2 && !final) return ~at
      if (bytes[at + 1] !== SLASH) return at
      executable -= 1
      space()
      return at + 2
    }
    return at
  }

  function openLine(from: number, to: number): number {
    opaque = 'line'
    if (mode === 'gap') comment.add(bytes, from, to)
    return to
  }

  function openBlock(at: number): number {
    if (size - at < 11 && !final && (size - at < 2 || bytes[at + 1] === STAR)) return ~at // the longest is /*M!100616
    if (bytes[at + 1] !== STAR) return at
    const opening = /^\/\*M?!(\d{0,6})/.exec(bytes.toString('latin1', at, Math.min(at + 11, size)))
    // No server is of version 99.99.99: what it alone would execute is a comment to all (the sandbox mode of mariadb-dump).
    if (!opening || opening[1] === '999999') {
      opaque = 'block'
      return at + 2
    }
    if (mode === 'gap') openStatement(at)
    executable += 1
    space()
    return at + opening[0].length
  }

  function openStatement(at: number): void {
    mode = 'statement'
    statementFrom = base + at
  }

  function inGap(from: number): number {
    let at = from
    while (at < size && (bytes[at] as number) <= SPACE) at++
    if (at === size) return at
    const next = token(at)
    if (next !== at) return next
    const word = bytes.toString('latin1', at, Math.min(at + 10, size)).toLowerCase()
    if (word.length < 10 && !final && 'delimiter '.startsWith(word)) return ~at
    if (/^delimiter\s/.test(word)) {
      const line = bytes.indexOf(LF, at)
      if (line < 0 && !final && size - at < COMMAND_LIMIT) return ~at
      const end = line < 0 ? size : line
      const name = bytes
        .toString('latin1', at + 10, Math.min(end, at + COMMAND_LIMIT))
        .trim()
        .split(/\s/)[0]
      if (name) {
        delimiter = Buffer.from(name, 'latin1')
        stops = stopsFor(delimiter)
      }
      return end
    }
    openStatement(at)
    return at
  }

  function inStatement(from: number): number {
    let at = from
    while (at < size && stops[bytes[at] as number] === 0) at++
    capture(from, at)
    if (at === size) return at
    const byte = bytes[at] as number
    if (byte === OPEN_PAREN && !begun && startsRows()) {
      begin(true)
      return openTuple(at)
    }
    if (byte === SINGLE || byte === DOUBLE || byte === BACKTICK) {
      opaque = 'string'
      quote = byte
    } else {
      const next = token(at)
      if (next !== at) return next
    }
    capture(at, at + 1)
    return at + 1
  }

  function startsRows(): boolean {
    return (head.startsWith('INSERT') || head.startsWith('REPLACE')) && head.endsWith('VALUES')
  }

  function openTuple(at: number): number {
    mode = 'tuple'
    depth = 1
    runFrom = at
    return at + 1
  }

  function inValues(from: number): number {
    let at = from
    while (at < size && ((bytes[at] as number) <= SPACE || bytes[at] === COMMA)) at++
    if (at === size) return at
    if (bytes[at] === OPEN_PAREN) return openTuple(at)
    const next = token(at)
    if (next !== at) return next
    mode = 'statement'
    return at
  }

  function inTuple(from: number): number {
    // Locals, because this loop sees nearly every byte of a dump.
    const piece = bytes
    const end = size
    const stopsHere = stops
    let at = from
    for (;;) {
      while (at < end && stopsHere[piece[at] as number] === 0) at++
      if (at >= end) return end
      const byte = piece[at] as number
      if (byte === SINGLE || byte === DOUBLE || byte === BACKTICK) {
        const after = skipString(piece, at + 1, end, byte, backslashes && byte !== BACKTICK)
        if (after < 0) {
          opaque = 'string'
          quote = byte
          escaped = after === OPEN_ESCAPED
          return end
        }
        at = after
      } else if (byte === CLOSE_PAREN) {
        at += 1
        depth -= 1
        if (depth > 0) continue
        ended += 1
        // MariaDB writes one tuple a line: such rows stay one slice, already in canonical form.
        if (at + 2 < end && piece[at] === COMMA && piece[at + 1] === LF && piece[at + 2] === OPEN_PAREN) {
          at += 3
          depth = 1
        } else {
          flushRows(at, true)
          mode = 'values'
          return at
        }
      } else if (byte === OPEN_PAREN) {
        at += 1
        depth += 1
      } else {
        const next = token(at)
        if (next < 0 || opaque !== 'none') return next
        at = next === at ? at + 1 : next
      }
    }
  }

  function inString(from: number): number {
    const after = skipString(bytes, from, size, quote, backslashes && quote !== BACKTICK)
    escaped = after === OPEN_ESCAPED
    if (after !== OPEN && after !== OPEN_ESCAPED) opaque = 'none'
    const to = after < 0 ? size : after
    capture(from, to)
    return to
  }

  function inLine(from: number): number {
    const line = bytes.indexOf(LF, from)
    const to = line < 0 ? size : line
    if (mode === 'gap') comment.add(bytes, from, to)
    if (line < 0) return to
    opaque = 'none'
    if (mode === 'gap') endComment(true)
    return to
  }

  function inBlock(from: number): number {
    const close = bytes.indexOf('*/', from, 'latin1')
    if (close < 0) return bytes[size - 1] === STAR && !final ? ~(size - 1) : size
    opaque = 'none'
    space()
    return close + 2
  }

  function inCode(at: number): number {
    if (mode === 'tuple') return inTuple(at)
    if (mode === 'values') return inValues(at)
    return mode === 'gap' ? inGap(at) : inStatement(at)
  }

  function scan(piece: Uint8Array): void {
    bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)
    if (carry.length > 0) bytes = Buffer.concat([carry, bytes])
    size = bytes.length
    runFrom = 0
    let at = 0
    if (escaped && size > 0) {
      capture(0, 1)
      escaped = false
      at = 1
    }
    while (at >= 0 && at < size) {
      if (opaque === 'none') at = inCode(at)
      else if (opaque === 'string') at = inString(at)
      else at = opaque === 'line' ? inLine(at) : inBlock(at)
    }
    const read = at < 0 ? ~at : size
    if (mode === 'tuple') flushRows(read, false)
    carry = Buffer.from(bytes.subarray(read))
    base += read
  }

  return {
    write: scan,
    end() {
      final = true
      scan(Buffer.alloc(0))
      if (opaque === 'line' && mode === 'gap') endComment(false)
      if (mode === 'statement' && !begun) begin(false)
      if (opaque === 'string') return 'in a string'
      if (opaque === 'block' || executable > 0) return 'in a comment'
      if (mode === 'tuple') return 'in a row'
      return mode === 'gap' ? 'between statements' : 'in a statement'
    },
  }
}
