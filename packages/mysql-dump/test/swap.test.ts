import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { localShell } from '@raxx/ssh-stream'
import { fingerprint, loadEverything } from '@raxx/testkit/everything'
import { type MariadbServer, startMariadb } from '@raxx/testkit/mariadb'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sqlName } from '../src/admin.ts'
import { describeSwap } from '../src/swap-plan.ts'
import { dropKept, swap, swapOutcome, swapState } from '../src/swap.ts'
import { undoSwap } from '../src/undo-swap.ts'
import { dumped, imported, inventory, planned, rootOn } from './import-fixture.ts'

const shell = localShell()
let server: MariadbServer
beforeAll(async () => {
  server = await startMariadb()
})
afterAll(async () => await server.stop())

function disabledEvents(print: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(print).map(([name, text]) => [
      name,
      name.startsWith('event ') ? text.replace(/PRESERVE ENABLE/, 'PRESERVE DISABLE') : text,
    ]),
  )
}

test('a database with everything is swapped, is equal to its dump, and taken back is equal to before; kept events do not run', async () => {
  await loadEverything(server, 'shop')
  const nothing = await inventory(server)
  const source = await fingerprint(server, 'shop')
  const report = await imported(
    server,
    await dumped(rootOn(server, 'shop').database),
    'shop',
    'shop_restore_1',
  )
  await server.query(
    'DELETE FROM nasty; CREATE TABLE extra (id INT); INSERT INTO extra VALUES (1); DROP EVENT e_disabled; DROP TABLE latin; CREATE VIEW more AS SELECT 2 AS x; ALTER EVENT `odd event` ENABLE; DROP TRIGGER types_bi; DROP SEQUENCE counter; ALTER DATABASE shop COLLATE utf8mb4_unicode_ci',
    { database: 'shop' },
  )
  const before = await fingerprint(server, 'shop')
  const access = rootOn(server, 'shop')
  const plan = await planned(server, 'shop', 'shop_restore_1', 'shop_before_1', report)
  expect(describeSwap(plan)[0]).toBe(
    '24 tables and sequences of shop go to shop_before_1, with 3 functions, 2 procedures, 1 package, 1 package body, 2 events, 7 views, 3 triggers; its events are disabled there',
  )
  expect(JSON.parse(JSON.stringify(plan))).toEqual(plan)

  expect(await swap(shell, plan, access)).toEqual({ outcome: 'swapped', errors: [] })
  expect(await fingerprint(server, 'shop')).toEqual(source)
  expect(await fingerprint(server, 'shop_before_1')).toEqual(disabledEvents(before))
  expect(await swapState(shell, plan, access)).toBe('new')
  expect(await swapOutcome(shell, plan)).toEqual({ outcome: 'swapped', errors: [] })
  // Once more does no harm.
  await swap(shell, plan, access)
  expect(await fingerprint(server, 'shop')).toEqual(source)

  await undoSwap(shell, plan, access)
  expect(await fingerprint(server, 'shop')).toEqual(before)
  expect(
    await server.query(
      "SELECT DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = 'shop'",
    ),
  ).toEqual([['utf8mb4_unicode_ci']])
  await undoSwap(shell, plan, access)
  expect(await fingerprint(server, 'shop')).toEqual(before)

  const again = await planned(server, 'shop', 'shop_restore_1', 'shop_before_1', report)
  await swap(shell, again, access)
  expect(await fingerprint(server, 'shop')).toEqual(source)
  await dropKept(shell, again, access)
  expect(await inventory(server)).toBe(nothing)
  expect(await swapOutcome(shell, again)).toBe('none')
})

test('a view that an accidental drop broke does not stand in the way, and comes back, broken, with undo', async () => {
  await server.query(
    'CREATE DATABASE acc; USE acc; CREATE TABLE t (id INT); CREATE TABLE u (id INT); CREATE VIEW v AS SELECT id FROM t; CREATE VIEW w AS SELECT id FROM u; INSERT INTO t VALUES (1)',
  )
  const report = await imported(server, await dumped(rootOn(server, 'acc').database), 'acc', 'acc_restore')
  await server.query('DROP TABLE acc.t')
  const before = await fingerprint(server, 'acc')
  const plan = await planned(server, 'acc', 'acc_restore', 'acc_before', report)
  await swap(shell, plan, rootOn(server, 'acc'))
  expect(await server.query('SELECT * FROM acc.v')).toEqual([['1']])
  await undoSwap(shell, plan, rootOn(server, 'acc'))
  expect(await fingerprint(server, 'acc')).toEqual(before)
  await expect(server.query('SELECT * FROM acc.v')).rejects.toThrow('1356')
})

test.each([
  { live: "it's; DROP", staged: '`tick` $(id)', kept: 'ünï 表 "x"' },
  { live: 'back\\slash', staged: '%_%', kept: 'new\nline' },
])('databases named $live, $staged and $kept are swapped, with names that need quoting', async (names) => {
  const odd = '`a``b\'c"d\\ $(x)`'
  for (const [name, row] of [
    [names.live, 1],
    [names.staged, 2],
  ] as const) {
    await server.query(`CREATE DATABASE ${sqlName(name)}; USE ${sqlName(name)}; CREATE TABLE ${odd} (${odd} INT); INSERT INTO ${odd} VALUES (${row});
      CREATE VIEW \`v'\` AS SELECT * FROM ${odd}; CREATE DEFINER=\`o'"dd\`@\`%\` TRIGGER \`t'"\` BEFORE INSERT ON ${odd} FOR EACH ROW SET @x = ''`)
  }
  const [old, fresh] = [await fingerprint(server, names.live), await fingerprint(server, names.staged)]
  const plan = await planned(server, names.live, names.staged, names.kept)
  await swap(shell, plan, rootOn(server, names.live))
  expect(await fingerprint(server, names.live)).toEqual(fresh)
  expect(await fingerprint(server, names.kept)).toEqual(old)
  await undoSwap(shell, plan, rootOn(server, names.live))
  expect(await fingerprint(server, names.live)).toEqual(old)
  await dropKept(shell, plan, rootOn(server, names.live))
})

async function pair(
  name: string,
  tables: number,
): Promise<{ old: Record<string, string>; fresh: Record<string, string> }> {
  for (const [schema, row] of [
    [name, 1],
    [`${name}_restore`, 2],
  ] as const) {
    const made = Array.from(
      { length: tables },
      (_, n) => `CREATE TABLE t${n} (id INT PRIMARY KEY); INSERT INTO t${n} VALUES (${row});`,
    )
    await server.query(`CREATE DATABASE ${schema}; USE ${schema}; ${made.join('\n')} CREATE VIEW v AS SELECT * FROM t0;
      CREATE TRIGGER g BEFORE INSERT ON t1 FOR EACH ROW SET @x = ${row}; CREATE FUNCTION f() RETURNS INT RETURN ${row}`)
  }
  return { old: await fingerprint(server, name), fresh: await fingerprint(server, `${name}_restore`) }
}

test('an open transaction makes it fail within the time for locks, with nothing changed', async () => {
  const { old } = await pair('busy', 3)
  const before = await inventory(server)
  const plan = await planned(server, 'busy', 'busy_restore', 'busy_before')
  const client = spawn(
    'mariadb',
    ['--no-defaults', `--socket=${server.socket}`, '-uroot', '--unbuffered', '--skip-column-names'],
    { stdio: ['pipe', 'pipe', 'ignore'] },
  )
  client.stdin.write('BEGIN; SELECT * FROM busy.t1;\n')
  await once(client.stdout, 'data')
  const options = { ...rootOn(server, 'busy'), lockSeconds: 1 }
  await expect(swap(shell, plan, options)).rejects.toMatchObject({
    code: 'LOCKED',
    message: expect.stringContaining('nothing was changed'),
  })
  expect(await inventory(server)).toBe(before)
  client.stdin.end()
  await once(client, 'close')
  expect(await fingerprint(server, 'busy')).toEqual(old)
  await swap(shell, plan, options)
})

test('tables that nobody planned refuse the swap, with nothing changed', async () => {
  const { old } = await pair('grown', 2)
  const plan = await planned(server, 'grown', 'grown_restore', 'grown_before')
  await server.query('CREATE TABLE grown.more (id INT)')
  await expect(swap(shell, plan, rootOn(server, 'grown'))).rejects.toMatchObject({ code: 'SWAP_REFUSED' })
  await server.query('DROP TABLE grown.more')
  expect(await fingerprint(server, 'grown')).toEqual(old)
})

test('who may call a routine, and nothing else, may so after a swap, and after it was taken back', async () => {
  await pair('called', 2)
  await server.createUser('caller', 'x', ['EXECUTE ON FUNCTION called.f'])
  const grants = async (): Promise<string[][]> => await server.query('SHOW GRANTS FOR caller@localhost')
  const before = await grants()
  expect(before.join()).toContain('EXECUTE ON FUNCTION `called`.`f`')
  const plan = await planned(server, 'called', 'called_restore', 'called_before')
  await swap(shell, plan, rootOn(server, 'called'))
  expect(await server.query('SELECT called.f()')).toEqual([['2']])
  expect(await grants()).toEqual(expect.arrayContaining(before))
  await undoSwap(shell, plan, rootOn(server, 'called'))
  expect(await grants()).toEqual(expect.arrayContaining(before))
  await dropKept(shell, plan, rootOn(server, 'called'))
  expect(await grants()).toEqual(before)
})

test('an empty database, as somebody made it anew after dropping it, is filled by a swap and emptied by undo', async () => {
  await pair('lost', 2)
  const fresh = await fingerprint(server, 'lost_restore')
  await server.query('DROP DATABASE lost; CREATE DATABASE lost')
  const plan = await planned(server, 'lost', 'lost_restore', 'lost_before')
  await swap(shell, plan, rootOn(server, 'lost'))
  expect(await fingerprint(server, 'lost')).toEqual(fresh)
  await undoSwap(shell, plan, rootOn(server, 'lost'))
  expect(await fingerprint(server, 'lost')).toEqual({})
  expect(await fingerprint(server, 'lost_restore')).toEqual(fresh)
  await dropKept(shell, plan, rootOn(server, 'lost'))
})

test('a failure after the RENAME rolls everything back', async () => {
  const { old, fresh } = await pair('failing', 110)
  const plan = await planned(server, 'failing', 'failing_restore', 'failing_before')
  const broken = {
    kind: 'procedure',
    name: 'p',
    create: 'CREATE PROCEDURE p() NONSENSE',
    definer: 'root@localhost',
  } as const
  const worse = { ...plan, after: { ...plan.after, live: [...plan.after.live, broken] } }
  const before = await inventory(server)
  await expect(swap(shell, worse, rootOn(server, 'failing'))).rejects.toMatchObject({
    code: 'SWAP_FAILED',
    message: expect.stringContaining('1064'),
  })
  expect(await inventory(server)).toBe(before)
  expect(await fingerprint(server, 'failing')).toEqual(old)
  expect(await fingerprint(server, 'failing_restore')).toEqual(fresh)
  expect(await swapState(shell, plan, rootOn(server, 'failing'))).toBe('old')
})
