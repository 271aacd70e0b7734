import { MysqlDumpError } from './errors.ts'
import { type CodeObject, readCode } from './import-code.ts'
import { guardRows, type RowGuard } from './import-guard.ts'
import { trackSession } from './import-session.ts'
import { judge, startsPlainRows } from './import-verdict.ts'
import { readClientVersion, readTrailer } from './inspect-comment.ts'
import { classify } from './inspect-statement.ts'
import type { OpenStatement } from './scan-handlers.ts'
import { scanSql } from './scan.ts'

/** Takes a dump in pieces, cut anywhere, and lets only tables and their rows through. */
export interface HoldBack {
  /** Throws (HOSTILE_STATEMENT, NOT_A_DUMP, TRAILING_SQL) before anything of the statement at fault was sent. */
  write(piece: Uint8Array): void
  /** Call once, after the last piece; throws SQL_TRUNCATED unless the dump was whole. */
  end(): HeldBack
  /** The table whose statement stands at this line of what was sent, counted from 1. */
  tableAt(line: number): string | undefined
}

/** What was not sent. */
export interface HeldBack {
  readonly code: readonly CodeObject[]
  /** Rows that were sent, by table, in the order of the dump. */
  readonly rows: ReadonlyMap<string, number>
}

/** Between two rows' statements a dump writes little: more than this is no dump, and would fill memory. */
const LONGEST = 4 << 20
const HEAD_LIMIT = (1 << 20) - 16
const EMPTY = Buffer.alloc(0)
const LINE = Buffer.from('\n')
const BETWEEN = Buffer.from(',\n')
const CLOSE = Buffer.from(';\n')

/**
 * Splits a dump by the scanner: what makes tables, sequences and rows goes to `send`, anew and without comments; statements
 * that make views, triggers, routines, packages and events are kept. Everything else that no dump program writes is refused.
 * @param definer of objects whose statements name none
 */
export function holdBack(send: (bytes: Uint8Array) => void, definer: string): HoldBack {
  const session = trackSession()
  const code: CodeObject[] = []
  const rows = new Map<string, number>()
  const places: { readonly line: number; readonly table: string }[] = []
  let client: string | undefined
  let complete = false
  let window: Buffer = EMPTY // from the end of the statement before
  let windowFrom = 0
  let line = 1
  let table = ''
  let guard: RowGuard | undefined
  let separate = false // a tuple was closed, and another may follow
  let database: string | undefined
  let databaseCollation: string | undefined

  function emit(bytes: Uint8Array): void {
    for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) line += 1
    send(bytes)
  }

  function begin(statement: OpenStatement): void {
    if (client === undefined)
      throw new MysqlDumpError('NOT_A_DUMP', 'the data does not begin as a dump begins')
    if (complete) throw new MysqlDumpError('TRAILING_SQL', 'a statement follows the line "-- Dump completed"')
    if (!statement.rows) {
      if (Buffer.byteLength(statement.head) >= HEAD_LIMIT)
        throw refuse('statement of over 1 MiB', statement.from)
      return
    }
    if (!startsPlainRows(statement.head)) throw refuse('INSERT of another form', statement.from)
    if (/NO_BACKSLASH_ESCAPES/i.test(session.now.sqlMode ?? ''))
      throw refuse('INSERT without escapes', statement.from)
    const made = classify(statement.head)
    table = made.kind === 'rows' ? made.table : ''
    guard = guardRows()
    separate = false
    if (places.at(-1)?.table !== table) places.push({ line, table })
    emit(Buffer.from(statement.head))
    emit(LINE)
  }

  function onRows(
    statement: OpenStatement | undefined,
    bytes: Buffer,
    from: number,
    to: number,
    ended: number,
  ): void {
    if (!guard?.plain(bytes, from, to)) throw refuse('row that is not made of literals', statement?.from ?? 0)
    if (ended > 0) rows.set(table, (rows.get(table) ?? 0) + ended)
    if (to > from) emit(bytes.subarray(from, to))
  }

  function end(statement: OpenStatement, to: number): void {
    if (statement.rows) {
      emit(CLOSE)
      guard = undefined
    } else decide(statement, window.subarray(statement.from - windowFrom, to - windowFrom))
    const read = Math.max(0, Math.min(window.length, to - windowFrom))
    window = window.subarray(read)
    windowFrom += read
  }

  function decide({ head, from }: OpenStatement, raw: Buffer): void {
    const verdict = judge(head, raw.toString('latin1'))
    if (verdict.do === 'skip') return
    if (verdict.do === 'refuse') throw refuse(verdict.kind, from)
    if (verdict.do === 'hold') {
      const object = readCode(raw, session.now, databaseCollation, definer)
      if (!object) throw refuse('CREATE of another form', from)
      code.push(object)
    } else if (verdict.do === 'database') {
      database ??= verdict.name
      if (database !== verdict.name) throw refuse('USE of another database', from)
    } else if (verdict.do === 'collation') databaseCollation = verdict.collation
    else if (verdict.do === 'set' && !session.set(verdict.assignments))
      throw refuse('SET of another kind', from)
    else if (verdict.do === 'send' || !/NO_BACKSLASH_ESCAPES/i.test(head)) {
      if (verdict.do === 'send') {
        const made = classify(head)
        if (made.kind === 'create') {
          places.push({ line, table: made.name })
          if (made.type === 'table') rows.set(made.name, rows.get(made.name) ?? 0)
        }
      }
      emit(raw)
      emit(CLOSE)
    }
  }

  let open: OpenStatement | undefined
  const scanner = scanSql({
    comment(text, ended) {
      if (complete) throw new MysqlDumpError('TRAILING_SQL', 'a comment follows the line "-- Dump completed"')
      client ??= readClientVersion(text)
      if (client === undefined)
        throw new MysqlDumpError('NOT_A_DUMP', 'the data does not begin as a dump begins')
      complete = ended && readTrailer(text)
    },
    begin(statement) {
      open = statement
      begin(statement)
    },
    rows(bytes, from, to, ended, closed) {
      if (separate) emit(BETWEEN)
      separate = closed
      onRows(open, bytes, from, to, ended)
    },
    end,
  })

  return {
    write(piece) {
      const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)
      // Rows are sent as they come; of anything else the raw bytes are wanted once it is known what it is.
      window = window.length === 0 ? bytes : Buffer.concat([window, bytes])
      scanner.write(piece)
      if (guard) {
        windowFrom += window.length
        window = EMPTY
      } else if (window.length > LONGEST) throw refuse('statement or comment of over 4 MiB', windowFrom)
    },
    end() {
      const place = scanner.end()
      if (client === undefined)
        throw new MysqlDumpError('NOT_A_DUMP', 'the data does not begin as a dump begins')
      if (complete && place === 'between statements') return { code, rows }
      const seen = place === 'between statements' ? 'without the line "-- Dump completed"' : place
      throw new MysqlDumpError('SQL_TRUNCATED', `the dump is not whole: the SQL ends ${seen}`, {
        hint: 'Use another backup.',
      })
    },
    tableAt: (wanted) => places.findLast((place) => place.line <= wanted)?.table,
  }
}

function refuse(kind: string, at: number): MysqlDumpError {
  return new MysqlDumpError(
    'HOSTILE_STATEMENT',
    `the dump holds a ${kind} at byte ${at} of its SQL, which no dump of one database does`,
    {
      hint: 'Do not import it before you know who made it; a dump of one database by mariadb-dump or mysqldump is taken.',
    },
  )
}
