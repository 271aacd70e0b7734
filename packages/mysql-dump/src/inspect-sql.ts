import { MysqlDumpError } from './errors.ts'
import type { BinlogPosition, RoutineFacts, SqlFacts } from './facts.ts'
import { readBinlogPosition, readClientVersion, readServerVersion, readTrailer } from './inspect-comment.ts'
import { type RowTally, tallyRows } from './inspect-rows.ts'
import { classify, collationsIn, type Statement } from './inspect-statement.ts'
import type { OpenStatement } from './scan-handlers.ts'
import { scanSql } from './scan.ts'

/** Reads the SQL of a dump in pieces, cut anywhere. Throws as soon as it cannot be a whole dump. */
export interface SqlInspector {
  write(piece: Uint8Array): void
  /** Call once, after the last piece; throws unless the dump is whole. */
  end(): SqlFacts
}

/** In these, a byte of a character may look like a quote or a backslash. */
const AMBIGUOUS_CHARSETS = new Set(['big5', 'cp932', 'gb18030', 'gbk', 'sjis'])
const NAME_LIMIT = 256
const STAGE = 16_384

/** @param options.maxObjects more tables, views, routines, … than this are refused: memory is bounded. @default 100000 */
export function inspectSql(options: { readonly maxObjects?: number } = {}): SqlInspector {
  const maxObjects = options.maxObjects ?? 100_000
  const stage = Buffer.allocUnsafe(STAGE)
  const tables = new Map<string, RowTally>()
  const sets = {
    views: new Set<string>(),
    triggers: new Set<string>(),
    events: new Set<string>(),
    sequences: new Set<string>(),
    collations: new Set<string>(),
    definers: new Set<string>(),
  }
  const routines = new Map<string, RoutineFacts>()
  let client: string | undefined
  let server: string | undefined
  let binlog: BinlogPosition | undefined
  let complete = false
  let longest = 0
  let current: RowTally | undefined
  let firstDatabase: string | undefined
  let database: string | undefined

  function onComment(text: string, ended: boolean): void {
    if (complete) throw trailing(text)
    if (client === undefined) {
      client = readClientVersion(text)
      if (client === undefined) throw notADump(text)
      return
    }
    server ??= readServerVersion(text)
    binlog ??= readBinlogPosition(text)
    complete = ended && readTrailer(text)
    if (/^-- (?:insufficient privileges to|failed on view) /.test(text)) {
      throw new MysqlDumpError(
        'OBJECTS_MISSING',
        `the dump program left something out: ${text.slice(3, 203)}`,
        {
          hint: 'Grant the dump user what is missing (SELECT, SHOW VIEW, TRIGGER, EVENT, and the right to see routines), and dump again without --force.',
        },
      )
    }
  }

  function onBegin(statement: OpenStatement): void {
    if (client === undefined) throw notADump(statement.head)
    if (complete) throw trailing(statement.head)
    if (statement.rows) onStatement(classify(statement.head))
  }

  function onEnd(statement: OpenStatement, to: number): void {
    longest = Math.max(longest, to - statement.from)
    if (statement.rows) return
    onStatement(classify(statement.head))
    binlog ??= readBinlogPosition(statement.head)
    for (const collation of collationsIn(statement.head)) remember(sets.collations, collation)
  }

  function onStatement(statement: Statement): void {
    if (statement.kind === 'rows') {
      current?.settle()
      current = tableOf(qualified(statement.table))
    } else if (statement.kind === 'create') {
      onCreate(statement)
    } else if (statement.kind === 'use') {
      database = statement.database.slice(0, NAME_LIMIT)
      firstDatabase ??= database
    } else if (statement.kind === 'names' && AMBIGUOUS_CHARSETS.has(statement.charset)) {
      throw new MysqlDumpError(
        'UNSUPPORTED_CHARSET',
        `the dump is in ${statement.charset}, where a byte of a character may look like a quote`,
        { hint: 'Dump with --default-character-set=utf8mb4.' },
      )
    }
  }

  function onCreate({ type, name, definer }: Statement & { kind: 'create' }): void {
    const full = qualified(name)
    if (definer !== undefined) remember(sets.definers, definer)
    if (type === 'table') tableOf(full)
    else if (type === 'view') {
      // Old mysqldump writes a table as a view's stand-in, which the view replaces at the end of the dump.
      if (tables.get(full)?.result().rows === 0) tables.delete(full)
      remember(sets.views, full)
    } else if (type === 'trigger') remember(sets.triggers, full)
    else if (type === 'event') remember(sets.events, full)
    else if (type === 'sequence') remember(sets.sequences, full)
    else {
      routines.set(`${type} ${full}`, { name: full, type })
      checkBound()
    }
  }

  function tableOf(name: string): RowTally {
    const known = tables.get(name)
    if (known) return known
    const tally = tallyRows(stage)
    tables.set(name, tally)
    checkBound()
    return tally
  }

  function remember(set: Set<string>, name: string): void {
    set.add(name.slice(0, 2 * NAME_LIMIT))
    checkBound()
  }

  function checkBound(): void {
    let count = tables.size + routines.size
    for (const set of Object.values(sets)) count += set.size
    if (count <= maxObjects) return
    throw new MysqlDumpError(
      'TOO_MANY_OBJECTS',
      `the dump holds more than ${maxObjects} tables and other objects`,
    )
  }

  function qualified(name: string): string {
    const short = name.slice(0, NAME_LIMIT)
    return database === firstDatabase ? short : `${database}.${short}`
  }

  const scanner = scanSql({
    comment: onComment,
    begin: onBegin,
    rows: (bytes, from, to, ended, closed) => current?.add(bytes, from, to, ended, closed),
    end: onEnd,
  })

  return {
    write: (piece) => scanner.write(piece),
    end() {
      const place = scanner.end()
      if (client === undefined) throw notADump('')
      if (!complete || place !== 'between statements') {
        const seen = place === 'between statements' ? 'without the line "-- Dump completed"' : place
        throw new MysqlDumpError('SQL_TRUNCATED', `the dump is not whole: the SQL ends ${seen}`, {
          hint: 'Take the dump again: the dump program, its connection or the server ended early. Comments must be left on (no --skip-comments, no --compact).',
        })
      }
      return {
        server: { version: server ?? '' },
        client: { version: client },
        tables: Array.from(tables, ([name, tally]) => ({ name, ...tally.result() })),
        views: [...sets.views],
        triggers: [...sets.triggers],
        routines: [...routines.values()],
        events: [...sets.events],
        sequences: [...sets.sequences],
        longestStatementBytes: longest,
        collations: [...sets.collations].toSorted(),
        definers: [...sets.definers].toSorted(),
        ...(binlog && { binlog }),
      }
    },
  }
}

function notADump(seen: string): MysqlDumpError {
  const start = printable(seen)
  return new MysqlDumpError(
    'NOT_A_DUMP',
    `the data does not begin as mariadb-dump and mysqldump begin${start && `; it begins: ${start}`}`,
    { hint: 'Dump with comments on (no --skip-comments, no --compact), and nothing else on its stdout.' },
  )
}

function trailing(seen: string): MysqlDumpError {
  const start = printable(seen)
  return new MysqlDumpError(
    'TRAILING_SQL',
    `something follows the line "-- Dump completed"${start && `: ${start}`}`,
    {
      hint: 'Take the dump again, one dump to one object.',
    },
  )
}

/** Enough of a comment, or of what a client says, to recognise it; nothing of what may be a row of data, or a word that somebody typed. */
function printable(text: string): string {
  if (!/^(?:-- |\/\*|(?:mysql|mariadb)[\w-]*: )/.test(text)) return ''
  return JSON.stringify(text.slice(0, 40).replaceAll(/[^\x20-\x7e]/g, '?')).replace('""', '')
}
