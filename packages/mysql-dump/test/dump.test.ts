import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { createGunzip, gunzipSync } from 'node:zlib'
import { localShell } from '@raxx/ssh-stream'
import { fingerprint, loadEverything } from '@raxx/testkit/everything'
import { type MariadbServer, startMariadb } from '@raxx/testkit/mariadb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database, DumpShell } from '../src/database.ts'
import { dump } from '../src/dump.ts'
import type { DumpFacts } from '../src/facts.ts'
import { survey } from '../src/survey.ts'

let server: MariadbServer
let bash: string
beforeAll(async () => {
  server = await startMariadb({ args: ['--log-bin'] })
  await loadEverything(server, 'everything')
  await server.createUser('app', 'app-password', [
    'ALL PRIVILEGES ON `everything%`.*',
    'SELECT ON mysql.proc',
  ])
  bash = await mkdtemp(join(tmpdir(), 'raxx-bash-'))
  await symlink('/bin/bash', join(bash, 'sh'))
})
afterAll(async () => {
  await server.stop()
  await rm(bash, { recursive: true, force: true })
})

function database(over: Partial<Database> = {}): Database {
  return { name: 'everything', user: 'app', password: 'app-password', port: server.port, ...over }
}

async function dumped(shell: DumpShell, from: Database): Promise<{ gzip: Buffer; facts: DumpFacts }> {
  const stream = dump(shell, from, { survey: await survey(shell, from) })
  return { gzip: await buffer(stream), facts: await stream.facts }
}

async function restored(gzip: Buffer, name: string, at = server): Promise<Record<string, string>> {
  await at.query(`CREATE DATABASE \`${name}\` DEFAULT CHARACTER SET utf8mb4`)
  await at.load(name, Readable.from([gzip]).pipe(createGunzip()))
  return await fingerprint(at, name)
}

describe.each([
  { name: 'dash', env: undefined },
  { name: 'bash', env: () => ({ PATH: `${bash}:${process.env['PATH']}` }) },
])('through $name', ({ name, env }) => {
  test('a database with every kind of object comes back identical, and its copy has the same tables', async () => {
    const shell = localShell(env ? { shell: '/bin/bash', env: env() } : {})
    const { gzip, facts } = await dumped(shell, database())
    expect(execFileSync('gunzip', ['-t'], { input: gzip }).length).toBe(0)

    const copy = `everything_${name}`
    expect(await restored(gzip, copy)).toEqual(await fingerprint(server, 'everything'))
    const again = await dumped(shell, database({ name: copy }))
    expect(again.facts.tables).toEqual(facts.tables)
    expect(facts.binlog).toMatchObject({ file: expect.stringContaining('bin') })
    expect(facts.object.bytes).toBe(gzip.length)
  })
})

test('a table that takes its numbers from a sequence can be imported again', async () => {
  await server.query(`CREATE DATABASE everything_numbered; USE everything_numbered;
    CREATE SEQUENCE s; CREATE TABLE t (id BIGINT DEFAULT NEXTVAL(s) PRIMARY KEY, x INT); INSERT INTO t (x) VALUES (1), (2)`)
  const { gzip } = await dumped(localShell(), database({ name: 'everything_numbered' }))
  const before = await fingerprint(server, 'everything_numbered')
  await server.query('DROP DATABASE everything_numbered')
  expect(await restored(gzip, 'everything_numbered')).toEqual(before)
})

test('a row as large as the server lets one be is dumped', async () => {
  await server.query(`CREATE DATABASE everything_large; USE everything_large; CREATE TABLE t (b LONGBLOB);
    INSERT INTO t VALUES (REPEAT(CHAR(200), 40 * 1024 * 1024))`)
  const { facts } = await dumped(localShell(), database({ name: 'everything_large' }))
  expect(facts.longestStatementBytes).toBeGreaterThan(80 * 1024 * 1024)
}, 60_000)

const NAMES = [
  "it's; DROP",
  '`tick`',
  '$(touch raxx-was-here) `id`',
  '--all-databases',
  'new\nline',
  'ünï 表 "x"',
  'back\\slash',
  '%',
  '_under_',
]
test.each(NAMES)('a database named %j is dumped, and no other', async (name) => {
  const quoted = `\`${name.replaceAll('`', '``')}\``
  await server.query(
    `CREATE DATABASE ${quoted}; USE ${quoted}; CREATE TABLE only (id INT); INSERT INTO only VALUES (7)`,
  )
  const from = database({ name, user: 'root', password: '' })
  const { gzip, facts } = await dumped(localShell(), from)
  expect(facts.tables.map((table) => [table.name, table.rows])).toEqual([['only', 1]])
  expect(gunzipSync(gzip).toString()).toContain('INSERT INTO `only` VALUES')
})

const PASSWORDS = [
  'with space',
  ' leading and trailing ',
  '#hash # in it',
  `quotes ' " \``,
  'back\\slash\\n\\',
  '$dollar ${x} $(id)',
  'ünïcødé 🦆',
  '; [client]',
  'new\nline\ttab',
  '!"§%&/()=?*+~<>|^',
  '%s %d %%',
  '-p',
  "'",
  '"',
  '\\',
  'x'.repeat(1000),
]
test.each(PASSWORDS)('the password %j is taken as it is', async (password) => {
  const user = `u${PASSWORDS.indexOf(password)}`
  await server.createUser(user, password, ['ALL PRIVILEGES ON everything.*', 'SELECT ON mysql.proc'])
  expect((await survey(localShell(), database({ user, password }))).missing).toEqual([])
})

test("the login's option files and variables do not change a dump", async () => {
  const home = await mkdtemp(join(bash, 'home-'))
  await writeFile(
    join(home, '.my.cnf'),
    '[client]\npassword=wrong\nport=1\n[mysqldump]\nno-data\nskip-triggers\n',
  )
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, MYSQL_PWD: 'wrong', MYSQL_HOME: home }
  const { facts } = await dumped(localShell({ env }), database())
  expect(facts.triggers.length).toBeGreaterThan(0)
  expect(facts.tables.find(({ name }) => name === 'parted')?.rows).toBe(3)
})

test('an empty database is refused by the floor of tables, a small one by that of bytes', async () => {
  await server.query('CREATE DATABASE everything_empty')
  const from = database({ name: 'everything_empty' })
  const seen = await survey(localShell(), from)
  const stream = dump(localShell(), from, { survey: seen, minTables: 1 })
  await expect(buffer(stream)).rejects.toMatchObject({ code: 'TOO_FEW_TABLES' })
  await expect(stream.facts).rejects.toMatchObject({ code: 'TOO_FEW_TABLES' })
  const small = dump(localShell(), from, { survey: seen, minBytes: 100_000 })
  await expect(buffer(small)).rejects.toMatchObject({ code: 'TOO_SMALL' })
})
