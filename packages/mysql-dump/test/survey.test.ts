import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { localShell } from '@raxx/ssh-stream'
import { loadEverything } from '@raxx/testkit/everything'
import { type MariadbServer, startMariadb } from '@raxx/testkit/mariadb'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database, DumpShell } from '../src/database.ts'
import { survey } from '../src/survey.ts'

let server: MariadbServer
let bin: string
const shell = localShell()
beforeAll(async () => {
  server = await startMariadb()
  bin = await mkdtemp(join(tmpdir(), 'raxx-bin-'))
  await loadEverything(server, 'everything')
  await server.createUser('app', 'app-password', ['ALL PRIVILEGES ON everything.*', 'SELECT ON mysql.proc'])
})
afterAll(async () => {
  await server.stop()
  await rm(bin, { recursive: true, force: true })
})

function database(over: Partial<Database> = {}): Database {
  return { name: 'everything', user: 'app', password: 'app-password', port: server.port, ...over }
}

/** A PATH with the programs named, and those that are given as scripts. */
async function hostWith(
  programs: readonly string[],
  scripts: Readonly<Record<string, string>> = {},
): Promise<string> {
  const dir = await mkdtemp(join(bin, 'path-'))
  for (const program of programs) await symlink(`/usr/bin/${program}`, join(dir, program))
  for (const [name, script] of Object.entries(scripts))
    await writeFile(join(dir, name), script, { mode: 0o755 })
  return dir
}
const BASE = ['sh', 'cat', 'mariadb', 'mariadb-dump', 'gzip']

test('tells what the host has and what there is to dump', async () => {
  const seen = await survey(shell, database())
  const counted = async (from: string): Promise<number> =>
    Number(
      (
        await server.query(`SELECT COUNT(*) FROM information_schema.${from}`, { database: 'everything' })
      )[0]?.[0],
    )
  expect(seen).toMatchObject({
    client: { command: '/usr/bin/mariadb-dump', version: expect.stringContaining('MariaDB') },
    compressor: { name: 'igzip', path: '/usr/bin/igzip', command: 'igzip -3' },
    server: { version: (await server.query('SELECT VERSION()'))[0]?.[0] },
    views: await counted('VIEWS WHERE TABLE_SCHEMA = DATABASE()'),
    triggers: await counted('TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()'),
    routines: await counted('ROUTINES WHERE ROUTINE_SCHEMA = DATABASE()'),
    events: await counted('EVENTS WHERE EVENT_SCHEMA = DATABASE()'),
    sequences: 2,
    nonTransactional: ['in_aria', 'in_memory', 'in_myisam'],
    brokenViews: [],
    maxAllowedPacket: 256 * 1024 * 1024,
    netWriteTimeoutSeconds: 60,
    binlog: false,
    history: true,
    sequenceDefaults: false,
    missing: [],
  })
  expect(seen.dataBytes).toBeGreaterThan(100_000)
  expect(seen.client.flags).toContain('hex-blob')
})

test('works over the socket, too', async () => {
  const seen = await survey(shell, database({ socket: server.socket, port: 1 }))
  expect(seen.tables).toBeGreaterThan(20)
})

test('knows a server with a binary log', async () => {
  await using logging = await startMariadb({ args: ['--log-bin'] })
  await logging.query('CREATE DATABASE shop')
  await logging.createUser('app', 'x', ['ALL PRIVILEGES ON shop.*'])
  const seen = await survey(shell, database({ name: 'shop', password: 'x', port: logging.port }))
  expect(seen).toMatchObject({ binlog: true, missing: [] })
})

test('takes the next compressor when a faster one is not what its name says', async () => {
  const fake = '#!/bin/sh\nexec cat\n'
  const path = await hostWith([...BASE, 'pigz'], { igzip: '#!/bin/sh\nexit 1\n' })
  const { compressor } = await survey(localShell({ env: { PATH: path } }), database())
  expect(compressor).toMatchObject({ name: 'pigz', command: 'pigz -1' })
  const last = await hostWith(BASE, {
    igzip: '#!/bin/sh\necho igzip 1.0; exit 0\n',
    pigz: fake.replace('cat', 'false'),
  })
  expect((await survey(localShell({ env: { PATH: last } }), database())).compressor.name).toBe('gzip')
})

test.each([
  {
    lacks: 'a compressor',
    programs: BASE.filter((p) => p !== 'gzip'),
    code: 'NO_COMPRESSOR',
    hint: /apt-get install/,
  },
  {
    lacks: 'a dump client',
    programs: BASE.filter((p) => p !== 'mariadb-dump'),
    code: 'NO_DUMP_CLIENT',
    hint: /mariadb-client/,
  },
  {
    lacks: 'a client',
    programs: BASE.filter((p) => p !== 'mariadb'),
    code: 'NO_DUMP_CLIENT',
    hint: /mariadb-client/,
  },
])('a host without $lacks is told, with what to install', async ({ programs, code, hint }) => {
  const path = await hostWith(programs)
  await expect(survey(localShell({ env: { PATH: path } }), database())).rejects.toMatchObject({
    code,
    hint: expect.stringMatching(hint),
  })
})

test('an old host has the clients under their old names', async () => {
  const path = await hostWith(['sh', 'cat', 'gzip', 'mysql', 'mysqldump'])
  const { client } = await survey(localShell({ env: { PATH: path } }), database())
  expect(client.command).toBe(join(path, 'mysqldump'))
})

test('the environment and the option files of the login change nothing', async () => {
  const home = await hostWith([])
  await writeFile(
    join(home, '.my.cnf'),
    '[client]\npassword=wrong\nport=1\nnonsense=1\n[mysqldump]\nno-data\n',
  )
  const { PATH = '' } = process.env
  const env = {
    PATH,
    HOME: home,
    MYSQL_PWD: 'wrong',
    MYSQL_TCP_PORT: '1',
    MYSQL_HOST: 'nowhere',
    MARIADB_HOME: home,
  }
  expect((await survey(localShell({ env }), database())).missing).toEqual([])
})

test('a wrong password is told with where to compare it, and is not in the error', async () => {
  const failing = survey(shell, database({ password: 'not-the-password' }))
  await expect(failing).rejects.toMatchObject({
    code: 'ACCESS_DENIED',
    message: expect.stringContaining('Access denied for user'),
    hint: expect.stringMatching(/SSM parameter.*DB_PASSWORD.*\.env/),
  })
  await expect(failing).rejects.not.toThrow(/not-the-password/)
})

test.each([
  {
    wrong: 'a database that is not there',
    over: { name: 'nothing', user: 'root', password: '' },
    code: 'UNKNOWN_DATABASE',
  },
  { wrong: 'another port', over: { port: 1 }, code: 'SERVER_GONE' },
  { wrong: 'another socket', over: { socket: '/nowhere.sock' }, code: 'SERVER_GONE' },
  { wrong: 'a password with a NUL', over: { password: 'a\0b' }, code: 'DATABASE_INVALID' },
])('$wrong is an error of its own', async ({ over, code }) => {
  await expect(survey(shell, database(over))).rejects.toMatchObject({ code })
})

test('a right to a part of a database is told as what is missing of the whole', async () => {
  const { missing } = await survey(shell, database({ name: 'mysql' })) // mysql.proc is granted
  expect(missing.map(({ privilege }) => privilege)).toEqual(['SELECT', 'SHOW VIEW', 'TRIGGER', 'EVENT'])
})

test('a database that the user has no right to at all is a missing privilege', async () => {
  await server.query('CREATE DATABASE hidden')
  await expect(survey(shell, database({ name: 'hidden' }))).rejects.toMatchObject({
    code: 'PRIVILEGE_MISSING',
    hint: expect.stringContaining('GRANT SELECT, SHOW VIEW'),
  })
})

test('an aborted survey rejects', async () => {
  await expect(survey(shell, database(), { signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'ABORTED',
  })
})

test('a failure of the shell itself comes through as it is', async () => {
  const lost = Object.assign(new Error('the connection was lost'), { code: 'CONNECTION_LOST' })
  const broken = { run: () => Promise.reject(lost), read: () => Readable.from([]) }
  await expect(survey(broken, database())).rejects.toBe(lost)
})

test("the server's own sql_mode does not make grants unreadable", async () => {
  await server.query("SET GLOBAL sql_mode = 'ANSI_QUOTES'")
  const found = await survey(shell, database())
  await server.query('SET GLOBAL sql_mode = DEFAULT')
  expect(found.missing).toEqual([])
})

test('columns of which a dump loses digits are named', async () => {
  await server.query(`CREATE TABLE ${database().name}.measured (price FLOAT, weight DOUBLE)`)
  const found = await survey(shell, database())
  await server.query(`DROP TABLE ${database().name}.measured`)
  expect(found.floatColumns).toEqual(expect.arrayContaining(['measured.price']))
  expect(found.floatColumns).not.toContain('measured.weight')
})

test('a host that answers nothing is not waited for for ever', async () => {
  let idleTimeoutMs: number | undefined
  const frozen: DumpShell = {
    read: () => expect.unreachable('a survey only runs'),
    run: (_command, options) => {
      ;({ idleTimeoutMs } = options ?? {})
      return Promise.reject(Object.assign(new Error('did nothing'), { code: 'IDLE' }))
    },
  }
  await expect(survey(frozen, database())).rejects.toMatchObject({ code: 'IDLE' })
  expect(idleTimeoutMs).toBeLessThanOrEqual(120_000)
})
