import { gunzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { type HeldBack, holdBack } from '../src/hold-back.ts'
import { dumpWith } from './import-fixture.ts'
import { cutAt, dumpOf, fractions, layout, tables } from './inspect-fixture.ts'

function filtered(pieces: readonly Uint8Array[]): { sent: string; held: HeldBack } {
  const sent: Uint8Array[] = []
  const filter = holdBack((bytes) => sent.push(Buffer.from(bytes)), 'app@localhost')
  for (const piece of pieces) filter.write(piece)
  return { held: filter.end(), sent: Buffer.concat(sent).toString('latin1') }
}

test('whatever rows a dump holds, and wherever it is cut in pieces, the same is sent, and every row of it', () => {
  fc.assert(
    fc.property(tables, layout, fractions, (all, how, cuts) => {
      const sql = dumpOf(all, how)
      const whole = filtered([sql])
      expect(filtered(cutAt(sql, cuts))).toEqual(whole)
      for (const { name, rows } of all) {
        expect(whole.held.rows.get(name)).toBe(rows.length)
        for (const row of rows) expect(whole.sent).toContain(row.toString('latin1'))
      }
    }),
    { numRuns: 200 },
  )
})

const VIEW =
  '/*!50001 CREATE ALGORITHM=UNDEFINED */\n/*!50013 DEFINER=`gone`@`%` SQL SECURITY DEFINER */\n/*!50001 VIEW `v` AS select 1 AS `*/` */\n/*!50002 WITH LOCAL CHECK OPTION */;'
test('what a definer is needed for is held back as one statement, with the session that it was made in', () => {
  const sql = [
    "/*!50003 SET sql_mode = 'NO_BACKSLASH_ESCAPES' */ ;\nDELIMITER ;;",
    "/*!50003 CREATE*/ /*!50017 DEFINER=`a`@`b`*/ /*!50003 TRIGGER `g` BEFORE INSERT ON `t` FOR EACH ROW SET @x = '\\' /* a comment; */ */;;",
    "DELIMITER ;\n/*!50003 SET sql_mode = '' */ ;",
    VIEW,
    'ALTER DATABASE `shop` CHARACTER SET latin1 COLLATE latin1_german1_ci;',
    'CREATE FUNCTION `f`() RETURNS int RETURN 1;',
  ]
  const { sent, held } = filtered([gunzipSync(dumpWith(...sql))])
  expect(sent).not.toMatch(/CREATE|BACKSLASH/)
  expect(held.code).toEqual([
    {
      kind: 'trigger',
      name: 'g',
      definer: 'a@b',
      charset: 'utf8mb4',
      sqlMode: 'NO_BACKSLASH_ESCAPES',
      create:
        "CREATE  DEFINER=`a`@`b`  TRIGGER `g` BEFORE INSERT ON `t` FOR EACH ROW SET @x = '\\' /* a comment; */",
    },
    expect.objectContaining({
      kind: 'view',
      name: 'v',
      definer: 'gone@%',
      create: expect.stringMatching(/VIEW `v` AS select 1 AS `\*\/`\s+WITH LOCAL CHECK OPTION$/),
    }),
    expect.objectContaining({
      kind: 'function',
      databaseCollation: 'latin1_german1_ci',
      definer: 'app@localhost',
      create: 'CREATE DEFINER=`app`@`localhost` FUNCTION `f`() RETURNS int RETURN 1',
    }),
  ])
})

test('one statement of 400 MB passes in bounded memory', () => {
  const row = `(1,'${'x'.repeat(1000)}'),\n`
  const piece = Buffer.from(row.repeat(250))
  let sent = 0
  const filter = holdBack((bytes) => (sent += bytes.length), 'app@localhost')
  const [start = '', end = ''] = gunzipSync(dumpWith('|')).toString().split('|')
  filter.write(Buffer.from(`${start}INSERT INTO \`t\` VALUES\n`))
  const before = process.memoryUsage()
  let most = 0
  for (let count = 0; count < 1600; count++) {
    filter.write(piece)
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    most = Math.max(most, heapUsed + arrayBuffers)
  }
  filter.write(Buffer.from(`(2,'');${end}`))
  expect(filter.end().rows.get('t')).toBe(400_001)
  expect(sent).toBeGreaterThan(400e6)
  expect(most - before.heapUsed - before.arrayBuffers).toBeLessThan(64e6)
})

test('a statement or comment that does not end is refused before it fills memory', () => {
  for (const start of ['CREATE TABLE `t` (', '/* ', "SET @a = '"]) {
    const filter = holdBack(() => {}, 'app@localhost')
    filter.write(Buffer.from('-- MariaDB dump 10.19  Distrib 10.11.19-MariaDB, for x\n'))
    filter.write(Buffer.from(start))
    const feed = (): void => {
      for (let count = 0; count < 100; count++) filter.write(Buffer.alloc(100_000, ' x'))
    }
    expect(feed).toThrow(expect.objectContaining({ code: 'HOSTILE_STATEMENT' }))
  }
})
