import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { createGunzip } from 'node:zlib'
import { localShell } from '@raxx/ssh-stream'
import { fingerprint, loadEverything } from '@raxx/testkit/everything'
import { type MariadbServer, startMariadb } from '@raxx/testkit/mariadb'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../src/database.ts'
import { dump } from '../src/dump.ts'
import { survey, type Survey } from '../src/survey.ts'

const shell = localShell()
const ALL = ['SELECT', 'SHOW VIEW', 'TRIGGER', 'EVENT', 'EXECUTE']
const PROC = 'SELECT ON mysql.proc'

let server: MariadbServer
let users = 0
let whole: Record<string, string>
beforeAll(async () => {
  server = await startMariadb()
  await loadEverything(server, 'shop_1')
  whole = await fingerprint(server, 'shop_1')
})
afterAll(async () => await server.stop())

async function userWith(grants: readonly string[]): Promise<Database> {
  users += 1
  await server.createUser(`user${users}`, 'pw', grants)
  return { name: 'shop_1', user: `user${users}`, password: 'pw', port: server.port }
}

/** What really comes of a dump by this user, whatever the survey says of it. */
async function outcome(from: Database, seen: Survey): Promise<Record<string, string> | string> {
  const willing: Survey = {
    ...seen,
    missing: [],
    tables: 0,
    views: 0,
    triggers: 0,
    routines: 0,
    events: 0,
    sequences: 0,
  }
  let gzip: Buffer
  try {
    gzip = await buffer(dump(shell, from, { survey: willing }))
  } catch (error) {
    return (error as { code: string }).code
  }
  await server.query(
    'SET foreign_key_checks = 0; CREATE OR REPLACE DATABASE copy DEFAULT CHARACTER SET utf8mb4',
  )
  await server.load('copy', Readable.from([gzip]).pipe(createGunzip()))
  return await fingerprint(server, 'copy')
}

test.each([
  {
    who: 'all rights on the database, and the bodies of routines',
    grants: ['ALL PRIVILEGES ON shop_1.*', PROC],
  },
  { who: 'just what is needed', grants: [`${ALL.join(', ')} ON shop_1.*`, PROC] },
  { who: 'a pattern with its wildcards escaped', grants: [`${ALL.join(', ')} ON \`shop\\_1\`.*`, PROC] },
  { who: 'a pattern with a wildcard', grants: [`${ALL.join(', ')} ON \`sh%\`.*`, PROC] },
  { who: 'rights on everything', grants: [`${ALL.join(', ')} ON *.*`] },
  {
    who: 'some rights everywhere, some here',
    grants: ['SELECT, SHOW VIEW ON *.*', 'TRIGGER, EVENT, EXECUTE ON shop_1.*'],
  },
])('$who: nothing is missing, and the dump holds all that root sees', async ({ grants }) => {
  const from = await userWith(grants)
  const seen = await survey(shell, from)
  expect(seen.missing).toEqual([])
  expect(await outcome(from, seen)).toEqual(whole)
})

test('rights that come by a role that comes by a role count', async () => {
  const from = await userWith([])
  await server.query(`CREATE ROLE inner_role; CREATE ROLE outer_role; GRANT inner_role TO outer_role;
    GRANT ${ALL.join(', ')} ON shop_1.* TO inner_role; GRANT ${PROC} TO inner_role;
    GRANT outer_role TO ${from.user}@localhost; SET DEFAULT ROLE outer_role FOR ${from.user}@localhost`)
  const seen = await survey(shell, from)
  expect(seen.missing).toEqual([])
  expect(await outcome(from, seen)).toEqual(whole)
})

test('a role that is not active does not count', async () => {
  const from = await userWith(['SELECT ON shop_1.*'])
  await server.query(
    `CREATE ROLE idle; GRANT ${ALL.join(', ')} ON shop_1.* TO idle; GRANT idle TO ${from.user}@localhost`,
  )
  expect((await survey(shell, from)).missing.map(({ privilege }) => privilege)).toContain('TRIGGER')
})

test.each([
  { lacks: 'SELECT', real: 'PRIVILEGE_MISSING' },
  { lacks: 'SHOW VIEW', real: 'PRIVILEGE_MISSING' },
  { lacks: 'TRIGGER', real: undefined }, // silently
  { lacks: 'EVENT', real: 'PRIVILEGE_MISSING' },
])('without $lacks the survey says so, and it is so', async ({ lacks, real }) => {
  const from = await userWith([`${ALL.filter((p) => p !== lacks).join(', ')} ON shop_1.*`, PROC])
  const seen = await survey(shell, from)
  expect(seen.missing.map(({ privilege }) => privilege)).toEqual([lacks])
  const really = await outcome(from, seen)
  expect(typeof really === 'string' ? really : undefined).toBe(real)
  expect(really).not.toEqual(whole)

  // The statement that it tells is the cure.
  await server.query(seen.missing.map(({ grant }) => grant).join(' '))
  const mended = await survey(shell, from)
  expect(mended.missing).toEqual([])
  expect(await outcome(from, mended)).toEqual(whole)
})

test('a view that calls a function asks for EXECUTE, though all code can be read', async () => {
  const from = await userWith(['SELECT, SHOW VIEW, TRIGGER, EVENT ON shop_1.*', PROC])
  const seen = await survey(shell, from)
  expect(seen.missing.map(({ privilege }) => privilege)).toEqual(['EXECUTE'])
  expect(await outcome(from, { ...seen, brokenViews: [] })).toBe('PRIVILEGE_MISSING')
})

test('without any right on routines they would be left out in silence', async () => {
  const from = await userWith(['SELECT, SHOW VIEW, TRIGGER, EVENT ON shop_1.*'])
  const seen = await survey(shell, from)
  expect(seen.missing.map(({ privilege }) => privilege)).toEqual(['EXECUTE'])
  const really = Object.keys((await outcome(from, seen)) as object)
  expect(really.filter((key) => /^(procedure|function|package)/.test(key))).toEqual([])
})

test('routines that can be seen but not read are named, with who may help', async () => {
  const from = await userWith(['ALL PRIVILEGES ON shop_1.*'])
  const seen = await survey(shell, from)
  expect(seen.missing).toEqual([
    {
      privilege: 'SELECT',
      why: expect.stringMatching(/body of \w+ .* \(definer .*\) and 6 more cannot be read/),
      grant: `GRANT SELECT ON mysql.proc TO '${from.user}'@'localhost';`,
    },
  ])
  expect(await outcome(from, seen)).toBe('PRIVILEGE_MISSING')
})

test("an application's user with all rights on its database passes when it made its routines itself", async () => {
  await server.query(
    'CREATE DATABASE plain; CREATE TABLE plain.t (id INT); CREATE VIEW plain.v AS SELECT 1 AS one',
  )
  const from = { ...(await userWith(['ALL PRIVILEGES ON plain.*'])), name: 'plain' }
  await server.query(`CREATE DEFINER=${from.user}@localhost PROCEDURE plain.own() SELECT 1`)
  const seen = await survey(shell, from)
  expect(seen).toMatchObject({ missing: [], routines: 1, views: 1 })
  const stream = dump(shell, from, { survey: seen })
  await buffer(stream)
  expect((await stream.facts).routines).toHaveLength(1)
})

test.each([
  { of: 'one table', grants: ['SELECT, SHOW VIEW, TRIGGER ON shop_1.audit'] },
  {
    of: 'another database with a name that the grant meets by its wildcard only',
    grants: ['SELECT ON `shop-1`.*', 'SELECT ON shop_1.audit'],
  },
  { of: 'some columns', grants: ['SELECT (id) ON shop_1.audit'] },
])('rights on $of are not rights on the database', async ({ grants }) => {
  const { missing } = await survey(shell, await userWith(grants))
  expect(missing.map(({ privilege }) => privilege)).toEqual(ALL)
})

test('a closer pattern hides what a wider one gives, as it does for the server', async () => {
  const from = await userWith([
    'ALL PRIVILEGES ON `shop%`.*',
    'SELECT, SHOW VIEW, EVENT, EXECUTE ON `shop\\_1`.*',
    PROC,
  ])
  const seen = await survey(shell, from)
  expect(seen.missing.map(({ privilege }) => privilege)).toEqual(['TRIGGER'])
  expect(await outcome(from, seen)).not.toHaveProperty('trigger types_bi')
})

test('with something missing nothing is started, and the error holds the statement to run', async () => {
  const from = await userWith([`SELECT, SHOW VIEW, EVENT, EXECUTE ON shop_1.*`, PROC])
  const seen = await survey(shell, from)
  const never = { run: shell.run.bind(shell), read: () => expect.unreachable('a command was started') }
  const stream = dump(never, from, { survey: seen })
  await expect(stream.facts).rejects.toMatchObject({
    code: 'PRIVILEGE_MISSING',
    message: expect.stringContaining('TRIGGER (triggers are left out in silence)'),
    hint: expect.stringContaining(`GRANT TRIGGER ON \`shop_1\`.* TO '${from.user}'@'localhost';`),
  })
  await expect(buffer(stream)).rejects.toMatchObject({ code: 'PRIVILEGE_MISSING' })
})

test('a dump that holds less than the survey saw is refused at its end', async () => {
  const from = await userWith(['ALL PRIVILEGES ON shop_1.*', PROC])
  const seen = await survey(shell, from)
  for (const kind of ['views', 'triggers', 'routines', 'events', 'sequences', 'tables'] as const) {
    const stream = dump(shell, from, { survey: { ...seen, [kind]: seen[kind] + 1 } })
    await expect(buffer(stream)).rejects.toMatchObject({
      code: 'OBJECTS_MISSING',
      message: expect.stringContaining(`${seen[kind]} of ${seen[kind] + 1} ${kind}`),
    })
  }
})

test('a view that cannot be read is named before anything is dumped', async () => {
  await server.query(`CREATE DATABASE broken; USE broken; CREATE TABLE t (id INT, x INT); CREATE VIEW \`stands on x\` AS SELECT x FROM t;
    CREATE VIEW fine AS SELECT id FROM t; ALTER TABLE t DROP COLUMN x`)
  const from = { ...(await userWith(['ALL PRIVILEGES ON broken.*'])), name: 'broken' }
  const seen = await survey(shell, from)
  expect(seen.brokenViews).toMatchObject([{ name: 'stands on x' }])
  await expect(dump(shell, from, { survey: seen }).facts).rejects.toMatchObject({
    code: 'BROKEN_VIEW',
    message: expect.stringMatching(/`stands on x`.*references invalid/),
    hint: expect.stringContaining('SHOW CREATE VIEW `stands on x`'),
  })
  // Broken between the survey and the dump: the dump client names it.
  await expect(buffer(dump(shell, from, { survey: { ...seen, brokenViews: [] } }))).rejects.toMatchObject({
    code: 'BROKEN_VIEW',
    message: expect.stringContaining('stands on x'),
  })
})
