import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fingerprint, loadEverything } from '../src/everything.ts'
import { startMariadb, type MariadbServer } from '../src/mariadb.ts'

let server: MariadbServer
beforeAll(async () => void (server = await startMariadb()))
afterAll(async () => await server.stop())

test('answers a query with every character of a value', async () => {
  const value = 'tab\tnewline\nback\\slash \\n nul\0 ünï 🦆'
  const [row] = await server.query(
    `SELECT CONVERT(UNHEX('${Buffer.from(value).toString('hex')}') USING utf8mb4), NULL`,
  )
  expect(row).toEqual([value, 'NULL'])
})

test('a statement that fails rejects with what the server said', async () => {
  await expect(server.query('SELECT * FROM nowhere.nothing')).rejects.toThrow(/ERROR 1146|ERROR 1049/)
})

test('a user comes in over TCP with its password and nothing but its grants', async () => {
  await server.query('CREATE DATABASE shop')
  await server.createUser("sh'op", "p\\'w", ['SELECT ON shop.*'])
  const grants = execFileSync(
    'mariadb',
    ['--no-defaults', '-h127.0.0.1', `-P${server.port}`, "-ush'op", '-Ne', 'SHOW GRANTS'],
    { env: { ...process.env, MYSQL_PWD: "p\\'w" }, encoding: 'utf8' },
  )
  expect(grants).toContain('GRANT SELECT ON `shop`.*')
  expect(grants).not.toContain('ALL PRIVILEGES')
})

test('a killed server comes back on the same port with what was committed', async () => {
  await server.query('CREATE DATABASE kept; CREATE TABLE kept.t (id INT); INSERT INTO kept.t VALUES (1)')
  const before = server.pid
  await server.kill('SIGKILL')
  await expect(server.query('SELECT 1')).rejects.toThrow(/ERROR 2002|Can't connect/)
  await server.restart()
  expect(server.pid).not.toBe(before)
  expect(await server.query('SELECT COUNT(*) FROM kept.t')).toEqual([['1']])
  expect(server.log()).toContain('ready for connections')
})

test('two equal databases have equal fingerprints, and every difference shows', async () => {
  await loadEverything(server, 'one')
  await loadEverything(server, 'two')
  const one = await fingerprint(server, 'one')
  // Two loads are not at the same microsecond, which a system versioned table keeps.
  const { 'system versioned versioned': _, ...two } = await fingerprint(server, 'two')
  expect(one).toMatchObject(two)
  expect(Object.keys(one).length).toBe(Object.keys(two).length + 1)
  expect(new Set(Object.keys(one).map((key) => key.split(' ')[0]))).toEqual(
    new Set(['base', 'system', 'sequence', 'view', 'trigger', 'procedure', 'function', 'package', 'event']),
  )
  for (const change of [
    "UPDATE nasty SET t = CONCAT(t, ' ') WHERE id = 1",
    'DROP TRIGGER types_ai2',
    'ALTER EVENT e_disabled ENABLE',
    'DO NEXTVAL(`odd sequence`)',
    'ALTER VIEW z_view AS SELECT id, word AS `the word` FROM types',
    "ALTER PROCEDURE p_plain COMMENT 'other'",
  ]) {
    const before = await fingerprint(server, 'two')
    await server.query(change, { database: 'two' })
    expect({ change, ...(await fingerprint(server, 'two')) }).not.toEqual({ change, ...before })
  }
})

test('a server and its folder are gone after its starter is killed', async () => {
  const starter = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `const { startMariadb } = await import(${JSON.stringify(new URL('../src/mariadb.ts', import.meta.url).href)})
       const s = await startMariadb(); console.log(JSON.stringify([s.pid, s.dataDir, s.port])); setInterval(() => {}, 1000)`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const [line] = (await once(starter.stdout, 'data')) as [Buffer]
  const [pid, dataDir, port] = JSON.parse(line.toString()) as [number, string, number]
  const held = connect(port, '127.0.0.1').on('error', () => {})
  await once(held, 'connect')
  const closed = new Promise((resolve) => held.resume().on('close', resolve))
  starter.kill('SIGKILL')
  await closed
  await expect.poll(() => existsSync(`/proc/${pid}`) || existsSync(dataDir), { timeout: 20_000 }).toBe(false)
})

test('a data folder of its own outlives the server', async () => {
  const dataDir = `${server.dataDir}-of-its-own`
  {
    await using first = await startMariadb({ dataDir, args: ['--log-bin=binlog'] })
    await first.query('CREATE DATABASE lasting')
    expect(await first.query('SELECT @@log_bin')).toEqual([['1']])
  }
  await using second = await startMariadb({ dataDir })
  expect(await second.query("SHOW DATABASES LIKE 'lasting'")).toEqual([['lasting']])
})
