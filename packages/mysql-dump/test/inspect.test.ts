import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { createGzip, gzipSync } from 'node:zlib'
import { loadEverything } from '@raxx/testkit/everything'
import { type MariadbServer, startMariadb } from '@raxx/testkit/mariadb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DumpFacts } from '../src/facts.ts'
import { inspectSql } from '../src/inspect-sql.ts'
import { inspect } from '../src/inspect.ts'

const RECOMMENDED = [
  '--single-transaction',
  '--quick',
  '--routines',
  '--triggers',
  '--events',
  '--hex-blob',
  '--default-character-set=utf8mb4',
  '--max-allowed-packet=1G',
]
const ALL = ['--single-transaction', '--routines', '--events']

let server: MariadbServer
let held: Awaited<ReturnType<typeof holdings>>
beforeAll(async () => {
  server = await startMariadb({ args: ['--log-bin'] })
  await loadEverything(server, 'everything')
  held = await holdings()
})
afterAll(() => server.stop())

const column = async (sql: string): Promise<string[]> => {
  const rows = await server.query(sql, { database: 'everything' })
  return rows.map(([first = '']) => first).toSorted()
}

/** What the server itself says that the database holds. */
async function holdings(): Promise<Record<string, unknown>> {
  const ofType = (type: string): Promise<string[]> =>
    column(
      `SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE IN (${type})`,
    )
  const tables: Record<string, number> = {}
  for (const name of await ofType("'BASE TABLE', 'SYSTEM VERSIONED'")) {
    const quoted = `\`${name.replaceAll('`', '``')}\``
    const [row] = await server.query(`SELECT COUNT(*) FROM ${quoted}`, { database: 'everything' })
    tables[name] = Number(row?.[0])
  }
  return {
    tables,
    views: await ofType("'VIEW'"),
    sequences: await ofType("'SEQUENCE'"),
    triggers: await column(
      'SELECT TRIGGER_NAME FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()',
    ),
    events: await column('SELECT EVENT_NAME FROM information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE()'),
    routines: await column(
      "SELECT CONCAT(LOWER(ROUTINE_TYPE), ' ', ROUTINE_NAME) FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE()",
    ),
  }
}

async function dump(...options: readonly string[]): Promise<Buffer> {
  const args = ['--no-defaults', `--socket=${server.socket}`, '--user=root', ...options]
  const child = spawn('mariadb-dump', args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const [sql, complaints] = await Promise.all([buffer(child.stdout), buffer(child.stderr)])
  expect(complaints.toString()).toBe('')
  return sql
}

const digest = (bytes: Buffer): unknown => ({
  bytes: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
})

async function factsOf(sql: Buffer): Promise<DumpFacts> {
  const stream = inspect()
  const passed = await pipeline(Readable.from([sql]), createGzip(), stream, (pieces) => buffer(pieces))
  const facts = await stream.facts
  expect([facts.object, facts.sql]).toEqual([digest(passed), digest(sql)])
  return facts
}

/** The facts in the form of `holdings`. */
function told(facts: DumpFacts): Record<string, unknown> {
  return {
    tables: Object.fromEntries(facts.tables.map(({ name, rows }) => [name, rows])),
    views: facts.views.toSorted(),
    sequences: facts.sequences.toSorted(),
    triggers: facts.triggers.toSorted(),
    events: facts.events.toSorted(),
    routines: facts.routines.map(({ name, type }) => `${type} ${name}`).toSorted(),
  }
}

const contents = (facts: DumpFacts): unknown => facts.tables.toSorted((a, b) => (a.name < b.name ? -1 : 1))

test.each([
  RECOMMENDED,
  ALL,
  [...ALL, '--complete-insert'],
  [...ALL, '--skip-extended-insert'],
  [...ALL, '--insert-ignore', '--add-drop-trigger'],
  [...ALL, '--replace', '--no-autocommit', '--skip-add-locks', '--skip-disable-keys'],
  [...ALL, '--delayed-insert', '--skip-dump-date', '--net-buffer-length=4096'],
  [...ALL, '--skip-opt'],
  [...ALL, '--skip-set-charset', '--skip-tz-utc', '--order-by-size'],
  [...ALL, '--master-data=2', '--gtid', '--flush-privileges', '--log-queries'],
  [...ALL, '--compatible=ansi', '--default-character-set=utf8mb4'],
  [...ALL, '--databases'],
])('the facts of a real dump are what the server holds: %s %s %s %s %s', async (...options) => {
  const facts = await factsOf(await dump(...options, 'everything'))
  expect(told(facts)).toEqual(held)
  expect(facts).toMatchObject({
    server: { version: expect.stringMatching(/^10\.\d+\.\d+-MariaDB/) },
    client: { version: expect.stringMatching(/^10\.\d+\.\d+-MariaDB$/) },
    definers: ['gone@nowhere', 'root@localhost'],
  })
  expect(facts.collations).toEqual(expect.arrayContaining(['latin1_german1_ci', 'utf8mb4_unicode_ci']))
})

test('the position of the binary log is told where the dump has it', async () => {
  const { binlog } = await factsOf(await dump(...RECOMMENDED, '--master-data=2', 'everything'))
  const [row] = await server.query('SHOW MASTER STATUS')
  expect(binlog).toEqual({ file: row?.[0], position: Number(row?.[1]) })
  expect((await factsOf(await dump(...RECOMMENDED, 'everything'))).binlog).toBeUndefined()
})

describe('the content of tables', () => {
  test('is the same however the rows are grouped', async () => {
    const one = await factsOf(await dump(...RECOMMENDED, 'everything'))
    const other = await factsOf(await dump(...RECOMMENDED, '--skip-extended-insert', 'everything'))
    const third = await factsOf(
      await dump(...RECOMMENDED, '--complete-insert', '--net-buffer-length=4096', 'everything'),
    )
    expect(contents(other)).toEqual(contents(one))
    expect(third.tables.map(({ name, rows }) => [name, rows])).toEqual(
      one.tables.map(({ name, rows }) => [name, rows]),
    )
  })

  test('shows one changed row', async () => {
    await server.query('CREATE DATABASE changing')
    await server.query('CREATE TABLE a (i INT PRIMARY KEY); INSERT INTO a VALUES (1),(2)', {
      database: 'changing',
    })
    const before = await factsOf(await dump('changing'))
    await server.query('UPDATE a SET i = 3 WHERE i = 2', { database: 'changing' })
    const after = await factsOf(await dump('changing'))
    expect([after.tables[0]?.rows, after.tables[0]?.bytes]).toEqual([2, 6])
    expect(after.tables[0]?.sha256).not.toBe(before.tables[0]?.sha256)
  })
})

const read = (bytes: Buffer, size: number): unknown => {
  const inspector = inspectSql()
  for (let at = 0; at < bytes.length; at += size) inspector.write(bytes.subarray(at, at + size))
  return inspector.end()
}

test('pieces cut anywhere tell the same, and a dump cut anywhere is refused', async () => {
  const sql = await dump(...RECOMMENDED, '--master-data=2', 'everything')
  const whole = read(sql, sql.length)
  for (const size of [1, 2, 3, 7, 1000]) expect(read(sql, size)).toEqual(whole)

  // Every byte of a small dump is tried in the unit tests; here a sample, and every byte of the last lines.
  const cuts = Array.from({ length: 400 }, (_, index) => Math.floor((index * sql.length) / 400))
  for (const cut of [...cuts, ...Array.from({ length: 300 }, (_, index) => sql.length - 1 - index)]) {
    expect(() => read(sql.subarray(0, cut), sql.length)).toThrow(/not whole|does not begin/)
  }
})

test('a dump whose program was killed is refused', async () => {
  const sql = await dump(...RECOMMENDED, 'everything')
  const end = sql.lastIndexOf(';\n', sql.length - 2000) + 2
  const running = pipeline(Readable.from([gzipSync(sql.subarray(0, end))]), inspect(), (pieces) =>
    buffer(pieces),
  )
  await expect(running).rejects.toMatchObject({ code: 'SQL_TRUNCATED' })
})
