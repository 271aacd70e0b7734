import { Readable } from 'node:stream'
import { around, count, type Row } from './freescout-around.ts'
import { makeConversation, ThreadType } from './freescout-conversation.ts'
import { tuple, type Columns } from './freescout-literal.ts'
import { folderRows, type FolderCount } from './freescout-mailboxes.ts'
import { customerRow, customerOf } from './freescout-people.ts'
import { seededRandom } from './freescout-random.ts'
import { freescoutSchema, freescoutTables } from './freescout-schema.ts'
import { settings } from './freescout-settings.ts'

/** What to generate. The same options give the same SQL, byte for byte, on every machine. */
export interface FreescoutData {
  readonly seed: number
  /** About how many bytes the SQL has: within a few percent, but never less than some 150 kB. */
  readonly bytes: number
  /** When the last ticket came in; the first one came in three years before. @default 2026-11-20T09:00:00Z */
  readonly now?: Date
}

/** Rows by table; a table without any is 0. */
export type RowCounts = Readonly<Record<string, number>>

const NOW = Date.UTC(2026, 10, 20, 9)
const HISTORY = 3 * 365 * 24 * 3_600_000
const INSERT_CHARACTERS = 512 * 1024
const TRANSACTION_BYTES = 64 * 1024 * 1024

/**
 * A FreeScout database's schema and rows as SQL for the plain client: `mariadb DATABASE < SQL`. Streamed: memory does not grow
 * with the size. The client has to be in the database; the tables must not exist.
 */
export function freescoutSql(data: FreescoutData): Readable {
  return Readable.from(freescoutStatements(data), { objectMode: false, highWaterMark: 1 })
}

/** As `freescoutSql`, in pieces of whole statements; what the generator returns counts the rows. */
export function* freescoutStatements(data: FreescoutData): Generator<string, RowCounts> {
  const { seed, bytes } = data
  const now = data.now?.getTime() ?? NOW
  const random = seededRandom(seed, -1)
  const writer = rowWriter()
  const folders = new Map<number, FolderCount>()
  writer.statement(PREAMBLE)
  writer.statement(freescoutSchema())
  for (const row of settings(random, now - HISTORY)) writer.add(row)
  let customers = 0
  let threads = 0
  let queued = 0
  for (let id = 1; id === 1 || writer.bytes() < bytes - RESERVE; id += 1) {
    const progress = Math.min(1, writer.bytes() / bytes)
    const at = Math.floor(now - HISTORY * (1 - progress) - 60_000)
    const isNew = customers === 0 || random.chance(0.6)
    const customer = customerOf(seed, isNew ? (customers += 1) : 1 + random.int(customers))
    if (isNew) {
      writer.add(['customers', customerRow(random, customer, at)])
      writer.add(['emails', { customer_id: customer.id, email: customer.email }])
    }
    const made = makeConversation(random, { id, firstThreadId: threads + 1, at, now, progress, customer })
    threads += made.threads.length
    count(folders, made)
    const waiting =
      made.threads.some(({ type }) => type === ThreadType.message) && (queued < 3 || random.chance(0.002))
    if (waiting) queued += 1
    writer.add(['conversations', made.row])
    for (const { row } of made.threads) writer.add(['threads', row])
    for (const row of around(random, made, { waiting, failed: waiting && queued % 3 === 0 })) writer.add(row)
    yield* writer.ready()
  }
  for (const row of folderRows(folders)) writer.add(['folders', row])
  writer.finish()
  yield* writer.ready()
  return writer.counts()
}

const PREAMBLE = `SET NAMES utf8mb4;
SET time_zone = '+00:00', sql_mode = 'STRICT_ALL_TABLES', unique_checks = 0, foreign_key_checks = 0;
SET autocommit = 0;
`
// The folders come last, when it is known what they hold.
const RESERVE = 4096

const insertInto = (table: string, columns: Columns): string =>
  `INSERT INTO \`${table}\` (\`${Object.keys(columns).join('`, `')}\`) VALUES\n`

/** Gathers rows into statements of many rows each, and many statements into a transaction. */
function rowWriter(): {
  add(row: Row): void
  statement(sql: string): void
  finish(): void
  bytes(): number
  ready(): Generator<string>
  counts(): RowCounts
} {
  const open = new Map<string, string>()
  const counts: Record<string, number> = Object.fromEntries(freescoutTables.map((table) => [table, 0]))
  let done: string[] = []
  let bytes = 0
  let sinceCommit = 0
  const statement = (sql: string): void => {
    done.push(sql)
    bytes += Buffer.byteLength(sql)
  }
  const close = (table: string, insert: string): void => {
    done.push(`${insert};\n`)
    open.delete(table)
    sinceCommit += insert.length
    if (sinceCommit < TRANSACTION_BYTES) return
    sinceCommit = 0
    statement('COMMIT;\n')
  }
  return {
    add([table, columns]) {
      counts[table] = counts[table]! + 1
      const row = tuple(columns)
      bytes += Buffer.byteLength(row) + 2
      const before = open.get(table)
      const insert = before === undefined ? `${insertInto(table, columns)}${row}` : `${before},\n${row}`
      if (insert.length >= INSERT_CHARACTERS) close(table, insert)
      else open.set(table, insert)
    },
    statement,
    finish() {
      for (const [table, insert] of open) close(table, insert)
      statement('COMMIT;\nSET autocommit = 1, unique_checks = 1, foreign_key_checks = 1;\n')
    },
    bytes: () => bytes,
    *ready() {
      const ready = done
      done = []
      yield* ready
    },
    counts: () => counts,
  }
}
