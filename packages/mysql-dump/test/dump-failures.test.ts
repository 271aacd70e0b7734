import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { inspect as show } from 'node:util'
import { localShell } from '@raxx/ssh-stream'
import { type MariadbServer, startMariadb } from '@raxx/testkit/mariadb'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import type { Database } from '../src/database.ts'
import { dump, type DumpStream } from '../src/dump.ts'
import { survey, type Survey } from '../src/survey.ts'

const PASSWORD = 'S3cret-that-must-not-show'
const ROW = 'what a customer wrote'
// Tells the processes of this file's shell from others.
const MARK = `RAXX_TEST_MARK=${process.pid}.${Math.random()}`
const shell = localShell({
  env: { PATH: process.env['PATH'] ?? '', RAXX_TEST_MARK: MARK.split('=')[1] ?? '' },
})

let server: MariadbServer
let bin: string
let seen: Survey
beforeAll(async () => {
  server = await startMariadb()
  bin = await mkdtemp(join(tmpdir(), 'raxx-bin-'))
  // Much that compresses badly, so that a dump waits for its reader.
  await server.query(`CREATE DATABASE shop; USE shop;
    CREATE TABLE large (id INT AUTO_INCREMENT PRIMARY KEY, t TEXT, b LONGBLOB);
    INSERT INTO large (t, b) SELECT '${ROW}', RANDOM_BYTES(1024) FROM seq_1_to_20000;
    CREATE TABLE later (id INT); INSERT INTO later VALUES (1)`)
  await server.createUser('app', PASSWORD, ['ALL PRIVILEGES ON shop.*'])
  seen = await survey(shell, database())
})
// No test may leave a command behind; the runner's time limit tells when one does.
afterEach(async () => await vi.waitUntil(() => marked().length === 0, { timeout: 10_000 }))
afterAll(async () => {
  await server.stop()
  await rm(bin, { recursive: true, force: true })
})

function database(over: Partial<Database> = {}): Database {
  return { name: 'shop', user: 'app', password: PASSWORD, port: server.port, ...over }
}

/** The living processes that this file's shell started. */
function marked(): { pid: number; name: string }[] {
  return everyProcess()
    .filter(({ environ }) => environ.includes(MARK))
    .map(({ pid, name }) => ({ pid, name }))
}

function everyProcess(): { pid: number; name: string; argv: string; environ: string }[] {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return []
    try {
      const [name = '', argv = '', environ = ''] = ['comm', 'cmdline', 'environ'].map((file) =>
        readFileSync(`/proc/${pid}/${file}`, 'utf8'),
      )
      return [{ pid: Number(pid), name: name.trim(), argv, environ }]
    } catch {
      return [] // it ended meanwhile
    }
  })
}

/** A dump in the middle of its large table, waiting for its reader. */
async function heldUp(from = database()): Promise<DumpStream> {
  const stream = dump(shell, from, { survey: seen })
  await once(stream, 'readable')
  return stream
}

function processNamed(name: string): number {
  const found = marked().find((each) => each.name === name)
  if (!found) throw new Error(`no ${name} runs`)
  return found.pid
}

async function failure(stream: Readable): Promise<{ code: string; message: string; hint: string }> {
  const error: unknown = await buffer(stream).then(
    () => expect.unreachable('the stream ended'),
    (reason: unknown) => reason,
  )
  expect(show(error, { depth: 5, showHidden: true })).not.toMatch(`${PASSWORD}|${ROW}`)
  return error as { code: string; message: string; hint: string }
}

test('while a dump runs, the password is in no argument list and no environment', async () => {
  const stream = await heldUp()
  const processes = everyProcess()
  expect(processes.map(({ name }) => name)).toEqual(expect.arrayContaining(['mariadb-dump', 'igzip']))
  for (const { argv, environ, name } of processes) {
    expect({ name, leaks: argv.includes(PASSWORD) || environ.includes(PASSWORD) }).toEqual({
      name,
      leaks: false,
    })
  }
  stream.destroy()
  await expect(stream.facts).rejects.toMatchObject({ code: 'ABANDONED' })
})

test('a dump that is destroyed ends the commands on the host', async () => {
  const stream = await heldUp()
  expect(marked().map(({ name }) => name)).toContain('mariadb-dump')
  stream.destroy()
  await expect.poll(marked, { timeout: 10_000 }).toEqual([])
})

test('an abort ends the commands and fails the stream', async () => {
  const abort = new AbortController()
  const stream = dump(shell, database(), { survey: seen, signal: abort.signal })
  await once(stream, 'readable')
  abort.abort()
  await expect(buffer(stream)).rejects.toMatchObject({ name: expect.stringMatching(/Error/) })
  await expect(stream.facts).rejects.toBeInstanceOf(Error)
})

test.each(['SIGKILL', 'SIGTERM'] as const)('a dump client that gets %s is told as killed', async (signal) => {
  const stream = await heldUp()
  process.kill(processNamed('mariadb-dump'), signal)
  expect(await failure(stream)).toMatchObject({
    code: 'DUMP_KILLED',
    message: expect.stringContaining(signal === 'SIGKILL' ? 'signal 9' : 'signal 15'),
    hint: expect.stringContaining('memory'),
  })
})

test('a compressor that is killed fails the dump', async () => {
  const stream = await heldUp()
  process.kill(processNamed('igzip'), 'SIGKILL')
  expect(await failure(stream)).toMatchObject({
    code: 'COMPRESSOR_FAILED',
    message: expect.stringContaining('137'),
  })
})

test.each([
  { fails: 'at once', script: 'exit 3' },
  { fails: 'in the middle', script: 'head -c 100000 | gzip -c; exit 1' },
  { fails: 'after a whole stream', script: 'gzip -1 -c; exit 1' },
])('a compressor that fails $fails fails the dump', async ({ fails, script }) => {
  const path = join(bin, `compressor-${fails.replaceAll(' ', '-')}`)
  await writeFile(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  const stream = dump(shell, database(), { survey: { ...seen, compressor: { ...seen.compressor, path } } })
  expect(await failure(stream)).toMatchObject({ code: 'COMPRESSOR_FAILED' })
})

test.each([
  { change: 'TRUNCATE later' },
  { change: 'ALTER TABLE later ADD INDEX (id)' },
  { change: 'RENAME TABLE later TO away' },
])('$change in the middle of a dump is told as a change', async ({ change }) => {
  const stream = await heldUp()
  await server.query(change, { database: 'shop' })
  expect(await failure(stream)).toMatchObject({
    code: 'TABLE_CHANGED',
    hint: expect.stringContaining('Run again'),
  })
  await server.query(
    'DROP TABLE IF EXISTS later, away; CREATE TABLE later (id INT); INSERT INTO later VALUES (1)',
    {
      database: 'shop',
    },
  )
})

test('a server that dies in the middle of a dump is told', async () => {
  const stream = await heldUp()
  await server.kill('SIGKILL')
  expect(await failure(stream)).toMatchObject({
    code: 'SERVER_GONE',
    hint: expect.stringContaining('systemctl'),
  })
  await server.restart()
})

test('a connection that the server kills is told', async () => {
  const stream = await heldUp()
  await server.query("SELECT ID INTO @id FROM information_schema.PROCESSLIST WHERE USER = 'app'; KILL @id")
  expect(await failure(stream)).toMatchObject({ code: 'SERVER_GONE' })
})

test('a password that was changed after the survey is told', async () => {
  expect(await failure(dump(shell, database({ password: 'another' }), { survey: seen }))).toMatchObject({
    code: 'ACCESS_DENIED',
    hint: expect.stringContaining('.env'),
  })
})

test('a privilege that was lost after the survey is told', async () => {
  await server.createUser('loser', PASSWORD, ['SELECT ON shop.later'])
  const from = database({ user: 'loser' })
  expect(await failure(dump(shell, from, { survey: seen }))).toMatchObject({
    code: expect.stringMatching(/PRIVILEGE_MISSING|OBJECTS_MISSING/),
  })
})

test('a password that no options file can hold is told by the stream', async () => {
  const stream = dump(shell, database({ password: 'a\0b' }), { survey: seen })
  expect(await failure(stream)).toMatchObject({ code: 'DATABASE_INVALID' })
  await expect(stream.facts).rejects.toMatchObject({ code: 'DATABASE_INVALID' })
})

test('of what a client says only its own lines get into the error, and little of them', async () => {
  const path = join(bin, 'babbling-dump')
  const line = `mariadb-dump: Couldn't execute 'SELECT ${'x'.repeat(5000)}': odd (1234)`
  await writeFile(
    path,
    `#!/bin/sh\ncat >/dev/null\necho "INSERT INTO t VALUES ('${ROW}')" >&2\necho "${line}" >&2\nexit 2\n`,
    {
      mode: 0o755,
    },
  )
  const error = await failure(
    dump(shell, database(), { survey: { ...seen, client: { ...seen.client, command: path } } }),
  )
  expect(error).toMatchObject({ code: 'DUMP_FAILED', message: expect.stringContaining('(1234)') })
  expect(error.message.length).toBeLessThan(700)
})

test('a failure of the shell itself comes through as it is', async () => {
  const lost = Object.assign(new Error('the connection was lost'), { code: 'CONNECTION_LOST' })
  const broken = { run: shell.run.bind(shell), read: () => Readable.from([]).destroy(lost) }
  const stream = dump(broken, database(), { survey: seen })
  await expect(buffer(stream)).rejects.toBe(lost)
  await expect(stream.facts).rejects.toBe(lost)
})

test('a shell that ends without a dump is not believed', async () => {
  const empty = { run: shell.run.bind(shell), read: () => Readable.from([]) }
  await expect(buffer(dump(empty, database(), { survey: seen }))).rejects.toMatchObject({ code: 'EMPTY' })
})

test('an error that nobody listens for yet does not end the process, and is found later', async () => {
  const stream = dump(shell, database({ password: 'another' }), { survey: seen })
  await expect(stream.facts).rejects.toMatchObject({ code: 'ACCESS_DENIED' })
  await expect(buffer(stream)).rejects.toMatchObject({ code: 'ACCESS_DENIED' })
})

test('a dump that gives nothing for too long has failed, and is ended', async () => {
  const hung = join(bin, 'hung-dump')
  await writeFile(hung, '#!/bin/sh\nexec sleep 60\n', { mode: 0o755 })
  const hanging = { ...seen, client: { ...seen.client, command: hung } }
  const stream = dump(shell, database(), { survey: hanging, idleTimeoutMs: 300 })
  expect(await failure(stream)).toMatchObject({ message: expect.stringContaining('did nothing for 300 ms') })
})

test('an event over which the dump client would run for ever is named before anything is dumped', async () => {
  await server.query(
    "CREATE EVENT shop.`odd one` ON SCHEDULE EVERY 1 DAY DISABLE DO UPDATE shop.later SET id = LENGTH(';;')",
  )
  const found = await survey(shell, database())
  expect(found.brokenEvents).toEqual(['odd one'])
  await expect(dump(shell, database(), { survey: found }).facts).rejects.toMatchObject({
    code: 'BROKEN_EVENT',
    message: expect.stringContaining('`odd one`'),
  })
  await server.query('DROP EVENT shop.`odd one`')
})
