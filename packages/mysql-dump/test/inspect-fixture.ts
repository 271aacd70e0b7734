import { createHash } from 'node:crypto'
import * as fc from 'fast-check'

/** A table as a test wants it dumped: each row is a tuple as it stands in the dump. */
export interface FixtureTable {
  readonly name: string
  readonly rows: readonly Buffer[]
}

/** How a dump program lays rows out; all of these are legal. */
export interface Layout {
  /** Between tuples of one INSERT. */
  readonly separator: string
  /** Tuples in each INSERT, by turns. */
  readonly groups: readonly number[]
  readonly verb: string
}

export const MARIADB: Layout = { separator: ',\n', groups: [1000], verb: 'INSERT INTO' }

const HEADER = `/*M!999999\\- enable the sandbox mode */ 
-- MariaDB dump 10.19  Distrib 10.11.19-MariaDB, for debian-linux-gnu (x86_64)
--
-- Host: localhost    Database: shop
-- ------------------------------------------------------
-- Server version\t10.11.19-MariaDB-0+deb12u1

/*!40101 SET NAMES utf8mb4 */;
`
const TRAILER = '\n-- Dump completed on 2026-11-22  6:17:42\n'

/** A dump of these tables, as bytes. */
export function dumpOf(tables: readonly FixtureTable[], layout: Layout = MARIADB): Buffer {
  const parts: (string | Buffer)[] = [HEADER]
  for (const { name, rows } of tables) {
    const quoted = `\`${name.replaceAll('`', '``')}\``
    parts.push(`\n--\n-- Table structure for table ${quoted}\n--\n\nDROP TABLE IF EXISTS ${quoted};\n`)
    parts.push(`CREATE TABLE ${quoted} (\n  \`id\` int(11) COMMENT 'it''s; (\\\\'\n) ENGINE=InnoDB;\n`)
    let at = 0
    for (let turn = 0; at < rows.length; turn++) {
      const group = rows.slice(at, at + Math.max(1, layout.groups[turn % layout.groups.length] ?? 1))
      at += group.length
      parts.push(`${layout.verb} ${quoted} VALUES${layout.separator.includes('\n') ? '\n' : ' '}`)
      group.forEach((row, index) => parts.push(index === 0 ? '' : layout.separator, row))
      parts.push(';\n')
    }
  }
  return Buffer.concat(
    [...parts, TRAILER].map((part) => (typeof part === 'string' ? Buffer.from(part) : part)),
  )
}

/** What the facts of a table must be, worked out another way. */
export function factsOf({ name, rows }: FixtureTable): {
  name: string
  rows: number
  bytes: number
  sha256: string
} {
  const hash = createHash('sha256')
  for (const row of rows) hash.update(row).update(',\n')
  return {
    name,
    rows: rows.length,
    bytes: rows.reduce((sum, row) => sum + row.length, 0),
    sha256: hash.digest('hex'),
  }
}

const ESCAPES: Readonly<Record<number, string>> = {
  0: '\\0',
  0x0a: '\\n',
  0x0d: '\\r',
  0x1a: '\\Z',
  0x22: '\\"',
  0x27: "\\'",
  0x5c: '\\\\',
}

/** A string literal as mysql_real_escape_string makes it, of any bytes. */
export function literal(bytes: Uint8Array): Buffer {
  const parts = Array.from(bytes, (byte) => Buffer.from(ESCAPES[byte] ?? String.fromCharCode(byte), 'latin1'))
  return Buffer.concat([Buffer.from("'"), ...parts, Buffer.from("'")])
}

const NASTY = [
  '),(',
  "'",
  '"',
  '`',
  '\\',
  '\n-- Dump completed on 2026-11-22  6:17:42\n',
  ';',
  ';;',
  ',\n(',
  '/*',
  '*/',
  '/*!50001 ',
  '# ',
  '-- ',
  'DELIMITER ;;\n',
  'INSERT INTO `t` VALUES (1),(2);\n',
  '日本語😀',
  '\0\x1a\r',
]

const text = fc
  .array(fc.oneof(fc.constantFrom(...NASTY), fc.string({ maxLength: 5 })), { maxLength: 6 })
  .map((parts) => literal(Buffer.from(parts.join(''))))

const value: fc.Arbitrary<Buffer> = fc.oneof(
  text,
  fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.concat([Buffer.from('_binary '), literal(bytes)])),
  fc
    .uint8Array({ minLength: 1, maxLength: 8 })
    .map((bytes) => Buffer.from(`0x${Buffer.from(bytes).toString('hex')}`)),
  fc.oneof(fc.integer(), fc.double()).map((number) => Buffer.from(String(number))),
  fc.constantFrom('NULL', "''", "'it''s'", "b'101'", '1.5e-300').map((word) => Buffer.from(word)),
)

/** One row as a tuple: nasty strings, raw binary, numbers, NULL. */
export const tuple: fc.Arbitrary<Buffer> = fc
  .array(value, { minLength: 1, maxLength: 4 })
  .map((values) =>
    Buffer.concat([
      Buffer.from('('),
      ...values.flatMap((one, index) => (index === 0 ? [one] : [Buffer.from(','), one])),
      Buffer.from(')'),
    ]),
  )

export const tables: fc.Arbitrary<FixtureTable[]> = fc.uniqueArray(
  fc.record({
    name: fc.oneof(
      fc.constantFrom('users', 'with space', 'back`tick', '日本', 'a;b', "it's", 'VALUES (', '-- x'),
      fc.stringMatching(/^[a-z_]{1,9}$/),
    ),
    rows: fc.array(tuple, { maxLength: 8 }),
  }),
  { selector: ({ name }) => name, minLength: 1, maxLength: 4 },
)

export const layout: fc.Arbitrary<Layout> = fc.record({
  separator: fc.constantFrom(',', ',\n', ', ', ',\r\n', ' ,\n'),
  groups: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 }),
  verb: fc.constantFrom('INSERT INTO', 'INSERT  IGNORE INTO', 'REPLACE INTO', 'INSERT DELAYED INTO'),
})

/** The pieces that a stream might bring, cut at these fractions of the whole. */
export function cutAt(bytes: Buffer, fractions: readonly number[]): Buffer[] {
  const cuts = [
    0,
    ...fractions.map((one) => Math.floor(one * bytes.length)).toSorted((a, b) => a - b),
    bytes.length,
  ]
  return cuts.slice(1).map((cut, index) => bytes.subarray(cuts[index], cut))
}

export const fractions: fc.Arbitrary<number[]> = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
  maxLength: 12,
})
