import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { connect, localShell } from '@raxx/ssh-stream'
import { fingerprint, loadEverything } from '@raxx/testkit/everything'
import { type MariadbServer, startMariadb } from '@raxx/testkit/mariadb'
import { startSshd } from '@raxx/testkit/sshd'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { checkImport } from '../src/import-check.ts'
import { abandonImport, importInto } from '../src/import.ts'
import { temporaryName } from '../src/import-user.ts'
import { dumped, dumpWith, imported, inventory, rootOn } from './import-fixture.ts'

const PASSWORDS = { app: 'S3cr#t pa$$=w"x', admin: "it's \\ #; [client] ünï" }
let server: MariadbServer
let gzip: Buffer
let before: string
beforeAll(async () => {
  server = await startMariadb({ args: ['--max-allowed-packet=16M'] })
  await loadEverything(server, 'everything')
  gzip = await dumped(rootOn(server, 'everything').database)
  await server.createUser('app', PASSWORDS.app, ['ALL PRIVILEGES ON everything.*'])
  await server.createUser('boss', PASSWORDS.admin, ['ALL PRIVILEGES ON *.*'])
  await server.query('GRANT GRANT OPTION ON *.* TO boss@localhost')
})
afterAll(async () => await server.stop())
beforeEach(async () => {
  before = await inventory(server)
})
afterEach(async () => {
  for (const [name = ''] of await server.query("SHOW DATABASES LIKE 'everything\\_%'"))
    await server.query(`DROP DATABASE ${name}`)
})

function withoutEvents(print: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(print).filter(([name]) => !name.startsWith('event ')))
}

test('a database with every kind of object is imported beside it and is equal, but for its events, which would run', async () => {
  const report = await imported(server, gzip, 'everything', 'everything_restore_1')
  expect(await fingerprint(server, 'everything_restore_1')).toEqual(
    withoutEvents(await fingerprint(server, 'everything')),
  )
  expect(report.events.map(({ name }) => name)).toEqual(['e_disabled', 'e_enabled', 'odd event'])
  expect(report.unknownDefiners).toEqual(['gone@nowhere'])
  expect(report.tables).toContainEqual({ name: 'versioned', rows: 3 })
  expect((await server.query(`SELECT 1 FROM mysql.user WHERE User LIKE 'raxx%'`)).length).toBe(0)
})

test('an import through sshd by an account with an awkward password, for an application with another', async () => {
  await using host = await startSshd()
  await using shell = await connect(host)
  const database = { name: 'everything', user: 'app', password: PASSWORDS.app, port: server.port }
  const admin = { user: 'boss', password: PASSWORDS.admin }
  const into = 'everything_over_ssh'
  let bytes = 0
  const onProgress = (progress: { readonly bytes: number }): void => void (bytes = progress.bytes)
  await importInto(shell, Readable.from([gzip]), {
    database,
    admin,
    into,
    collation: 'utf8mb4_general_ci',
    onProgress,
  })
  expect(await fingerprint(server, into)).toEqual(withoutEvents(await fingerprint(server, 'everything')))
  expect(bytes).toBe(gzip.length)
})

test('with sudo the client is run as the host has it, and only where it is the same server', async () => {
  const bin = await mkdtemp(join(tmpdir(), 'raxx-sudo-'))
  await using other = await startMariadb()
  const fake = async (at: MariadbServer): Promise<void> =>
    await writeFile(
      join(bin, 'sudo'),
      `#!/bin/sh\n[ "$1" = -n ] || exit 1\nshift\nprogram=$1; shift\nexec "$program" --no-defaults --socket=${at.socket} --user=root "$@"\n`,
      { mode: 0o755 },
    )
  const shell = localShell({
    env: { ...(process.env as Record<string, string>), PATH: `${bin}:${process.env['PATH']}` },
  })
  const options = {
    database: rootOn(server, 'everything').database,
    admin: 'sudo',
    into: 'everything_by_sudo',
  } as const
  await fake(other)
  await expect(importInto(shell, Readable.from([gzip]), options)).rejects.toMatchObject({
    code: 'ADMIN_ELSEWHERE',
  })
  await fake(server)
  await importInto(shell, Readable.from([gzip]), options)
  expect(
    await checkImport(shell, { tables: [], views: [], triggers: [], routines: [], sequences: [] }, options),
  ).toContainEqual({
    kind: 'table',
    name: 'parted',
    expected: undefined,
    found: 3,
  })
  await rm(bin, { recursive: true })
})

test('what is checked against a manifest is every row, view, trigger, routine and sequence', async () => {
  const shell = localShell()
  const into = 'everything_checked'
  const report = await imported(server, gzip, 'everything', into)
  const names = (kind: string): string[] =>
    report.code.filter((one) => one.kind === kind).map(({ name }) => name)
  const expected = {
    tables: report.tables,
    views: names('view'),
    triggers: names('trigger'),
    sequences: ['counter', 'odd sequence'],
    routines: report.code.flatMap(({ kind, name }) =>
      kind === 'view' || kind === 'trigger' || kind === 'event' ? [] : [{ type: kind, name }],
    ),
  }
  const options = { ...rootOn(server, 'everything'), into }
  expect(await checkImport(shell, expected, options)).toEqual([])
  await server.query(
    'DELETE FROM nasty LIMIT 1; DROP TABLE empty; DROP TRIGGER types_bi; CREATE VIEW more AS SELECT 1 AS x; DROP SEQUENCE counter; DROP PACKAGE BODY pkg'.replace(
      'DROP PACKAGE',
      "SET sql_mode='ORACLE'; DROP PACKAGE",
    ),
    { database: into },
  )
  expect(await checkImport(shell, expected, options)).toEqual([
    { kind: 'table', name: 'empty', expected: 0, found: undefined },
    { kind: 'table', name: 'nasty', expected: 17, found: 16 },
    { kind: 'sequence', name: 'counter', expected: 1, found: 0 },
    { kind: 'view', name: 'more', expected: 0, found: 1 },
    { kind: 'trigger', name: 'types_bi', expected: 1, found: 0 },
    { kind: 'package body', name: 'pkg', expected: 1, found: 0 },
  ])
})

const SECRET = 'alice@example.com tells a secret'
const TABLE = 'CREATE TABLE `t` (`id` int PRIMARY KEY, `who` varchar(100)) ENGINE=InnoDB;'
test.each([
  {
    what: 'a duplicate key in the middle of a statement',
    sql: [TABLE, `INSERT INTO \`t\` VALUES (1,'${SECRET}'),\n(1,'${SECRET}');`],
    code: 'IMPORT_FAILED',
  },
  {
    what: 'a duplicate value',
    sql: [
      'CREATE TABLE `t` (`who` varchar(100) UNIQUE);',
      `INSERT INTO \`t\` VALUES ('${SECRET}'),('${SECRET}');`,
    ],
    code: 'IMPORT_FAILED',
  },
  {
    what: 'a wrong value',
    sql: ["SET sql_mode='STRICT_TRANS_TABLES';", TABLE, `INSERT INTO \`t\` VALUES ('${SECRET}','x');`],
    code: 'IMPORT_FAILED',
  },
  {
    what: 'a row that is too long for the server',
    sql: [TABLE, `INSERT INTO \`t\` VALUES (1,'${SECRET.repeat(600_000)}');`],
    code: /PACKET_TOO_LARGE|SERVER_GONE/,
  },
  {
    what: 'a view on nothing',
    sql: [
      TABLE,
      '/*!50001 CREATE ALGORITHM=UNDEFINED */\n/*!50013 DEFINER=`root`@`localhost` SQL SECURITY DEFINER */\n/*!50001 VIEW `v` AS select `gone`.`x` AS `x` from `gone` */;',
    ],
    code: 'CODE_FAILED',
  },
])('$what fails the import, leaves nothing, and shows no row', async ({ sql, code }) => {
  const error: unknown = await imported(server, dumpWith(...sql), 'everything', 'everything_failed').catch(
    (thrown: unknown) => thrown,
  )
  expect(error).toMatchObject({
    name: 'MysqlDumpError',
    code: expect.stringMatching(code),
  })
  const { message, hint } = error as { message: string; hint: string }
  expect(`${message} ${hint}`).not.toMatch(/alice|secret/)
  expect(await inventory(server)).toBe(before)
})

test.each(['cut', 'cut between statements', 'bit-flipped', 'empty', 'no gzip', 'broken off by its source'])(
  'a dump that is %s leaves nothing',
  async (how) => {
    const [rows, sql] = ["INSERT INTO `t` VALUES (1,'x');", dumpWith(TABLE)]
    const source = async function* (): AsyncGenerator<Buffer> {
      if (how === 'cut') yield gzip.subarray(0, gzip.length / 2)
      if (how === 'cut between statements')
        yield gzipSync(`-- MariaDB dump 10.19  Distrib 10.11.19-MariaDB, for x\n${TABLE}\n${rows}\n`)
      if (how === 'bit-flipped')
        yield Buffer.from(gzip.map((byte, index) => (index === 4000 ? byte ^ 8 : byte)))
      if (how === 'no gzip') yield Buffer.from('SELECT 1;')
      if (how === 'broken off by its source') {
        yield sql.subarray(0, 60)
        throw new Error('the bucket is gone')
      }
    }
    await expect(
      importInto(localShell(), source(), { ...rootOn(server, 'everything'), into: 'everything_cut' }),
    ).rejects.toThrow(expect.objectContaining({ message: expect.stringMatching(/dump|gzip|bucket/) }))
    expect(await inventory(server)).toBe(before)
  },
)

test('an import that is aborted leaves nothing', async () => {
  const controller = new AbortController()
  const source = async function* (): AsyncGenerator<Buffer> {
    yield gzip.subarray(0, gzip.length - 100)
    controller.abort()
    yield gzip.subarray(gzip.length - 100)
  }
  await expect(
    importInto(localShell(), source(), {
      ...rootOn(server, 'everything'),
      into: 'everything_aborted',
      signal: controller.signal,
    }),
  ).rejects.toMatchObject({ name: expect.stringMatching(/AbortError|SshError/) })
  expect(await inventory(server)).toBe(before)
})

test('a database that exists is not imported into, and what a killed import left is removed by name', async () => {
  await server.query(
    `CREATE DATABASE everything_left; CREATE TABLE everything_left.t (id INT); CREATE USER ${temporaryName('everything_left')}@'10.0.0.1'`,
  )
  await expect(imported(server, gzip, 'everything', 'everything_left')).rejects.toMatchObject({
    code: 'DATABASE_EXISTS',
  })
  expect((await server.query('SHOW TABLES FROM everything_left')).length).toBe(1)
  await abandonImport(localShell(), { ...rootOn(server, 'everything'), into: 'everything_left' })
  expect(await inventory(server)).toBe(before)
})

test.each(["it's; DROP", 'x_y%z', '`tick`', 'ünï 表 "x"', 'back\\slash'])(
  'a database named %j is imported into, and no other can be reached',
  async (name) => {
    const report = await imported(
      server,
      dumpWith(TABLE, "INSERT INTO `t` VALUES (1,'x'),(2,'\\'');"),
      'everything',
      name,
    )
    expect(report.tables).toEqual([{ name: 't', rows: 2 }])
    await abandonImport(localShell(), { ...rootOn(server, 'everything'), into: name })
    expect(await inventory(server)).toBe(before)
  },
)
