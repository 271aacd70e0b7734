import { expect, test } from 'vitest'
import type { SqlEnd } from './scan-handlers.ts'
import { scanSql } from './scan.ts'

/** Scans byte by byte, which must tell the same as scanning at once. */
function scan(sql: string | Buffer): {
  statements: string[]
  rows: string[]
  comments: string[]
  end: SqlEnd
} {
  const bytes = Buffer.from(sql)
  const seen = [bytes.length, 1, 3].map((size) => {
    const statements: string[] = []
    const comments: string[] = []
    const rows: string[] = []
    let open = ''
    const scanner = scanSql({
      comment: (text) => comments.push(text),
      end: ({ from, rows: hasRows, head }, to) =>
        statements.push(`${hasRows ? 'rows ' : ''}${bytes.toString('utf8', from, to)}`) && head,
      rows(piece, from, to, _ended, closed) {
        open += Buffer.from(piece).toString('utf8', from, to)
        if (!closed) return
        rows.push(open)
        open = ''
      },
    })
    for (let at = 0; at < bytes.length; at += size) scanner.write(bytes.subarray(at, at + size))
    return { statements, rows: rows.join(',\n').split(',\n'), comments, end: scanner.end() }
  })
  expect(seen[1]).toEqual(seen[0])
  expect(seen[2]).toEqual(seen[0])
  return seen[0] as (typeof seen)[0]
}

test('statements end at the delimiter, and at none within quotes or comments', () => {
  const sql = [
    "SET a = 'x;''y\\';', b = \"x;\"\"y\", c = `x;``y\\`",
    "\nSELECT 1 -- it's; a comment\n + 2 # and \"another;\n /* one; ' more */ - 3",
    '\n/*!40101 SET x = 1 */ ',
  ]
  expect(scan(sql.map((one) => `${one};`).join('')).statements).toEqual(sql.map((one) => one.trimStart()))
})

test('a minus that begins no comment is an operator', () => {
  expect(scan('SELECT 5--3;SELECT 5 - -3;SELECT 4/2*3;').statements).toEqual([
    'SELECT 5--3',
    'SELECT 5 - -3',
    'SELECT 4/2*3',
  ])
})

test('DELIMITER on a line of its own changes what ends a statement', () => {
  const sql = "DELIMITER ;;\nCREATE TRIGGER t BEGIN SET a = ';;'; SET b = 1; END ;;\ndelimiter ;\nSELECT 1;"
  expect(scan(sql).statements).toEqual(["CREATE TRIGGER t BEGIN SET a = ';;'; SET b = 1; END ", 'SELECT 1'])
  expect(scan('DELIMITER $$\r\nSELECT 1;$ $$\r\nDELIMITER ;\r\nSELECT 2;').statements).toEqual([
    'SELECT 1;$ ',
    'SELECT 2',
  ])
})

test('an INSERT in the text of a routine is no row', () => {
  const { rows } = scan(
    'DELIMITER ;;\nCREATE PROCEDURE p() BEGIN INSERT INTO t VALUES (1),(2); END ;;\nDELIMITER ;\n',
  )
  expect(rows).toEqual([''])
})

test.each([
  'INSERT INTO t VALUES ',
  'insert  ignore into `VALUES (` values\n',
  'REPLACE INTO `a b` (`VALUES`, `c)`) VALUES',
])('rows are told after %j', (head) => {
  const { rows, statements } = scan(`${head}(1,'a),(b',(2)) , (3),\n(4,"),("),(5);SELECT 1;`)
  expect(rows).toEqual(["(1,'a),(b',(2))", '(3)', '(4,"),(")', '(5)'])
  expect(statements).toHaveLength(2)
})

test('comments between statements are told, those within are not', () => {
  expect(scan('-- one\n--\n#two\r\nSELECT -- no\n 1;-- three').comments).toEqual([
    '-- one',
    '--',
    '#two',
    '-- three',
  ])
})

test.each<[SqlEnd, string]>([
  ['between statements', 'SELECT 1;\n'],
  ['between statements', '-- x'],
  ['in a statement', 'SELECT 1'],
  ['in a statement', 'INSERT INTO t VALUES (1),'],
  ['in a row', 'INSERT INTO t VALUES (1,2'],
  ['in a string', "INSERT INTO t VALUES ('a\\'"],
  ['in a string', 'SELECT `a'],
  ['in a comment', '/* a'],
  ['in a comment', '/*!40101 SET a = 1;'],
  ['in a statement', '/*!40101 SET a = 1 */'],
])('it ends %s: %s', (end, sql) => {
  expect(scan(sql).end).toBe(end)
})

test('a delimiter inside a row is refused', () => {
  expect(() => scan('INSERT INTO t VALUES (1,2;')).toThrow(/ends inside a row, at byte 25/)
})

test('backslashes follow the sql_mode that the dump sets around a routine', () => {
  const sql = [
    "/*!50003 SET sql_mode              = 'STRICT_TRANS_TABLES,NO_BACKSLASH_ESCAPES' */ ",
    "CREATE FUNCTION f() RETURNS text RETURN '\\'",
    '/*!50003 SET sql_mode              = @saved_sql_mode */ ',
    "SELECT 'it\\'s;'",
    "SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO'",
    "SELECT 'it\\'s;'",
  ]
  expect(scan(sql.map((one) => `${one};\n`).join('')).statements).toEqual(sql)
})

test('the head of a statement is its text without comments, and with executable comments opened up', () => {
  const heads: string[] = []
  const scanner = scanSql({ begin: ({ head }) => heads.push(head) })
  scanner.write(
    Buffer.from(
      '/*!50001 CREATE ALGORITHM=UNDEFINED */\n/*!50013 DEFINER=`a`@`b` */\n/*!50001 VIEW v AS select 1 /* c */ */;',
    ),
  )
  scanner.write(Buffer.from('/*M!100616 SET x = 1*/;INSERT INTO t VALUES (1);'))
  expect(heads.map((head) => head.replaceAll(/\s+/g, ' '))).toEqual([
    'CREATE ALGORITHM=UNDEFINED DEFINER=`a`@`b` VIEW v AS select 1',
    'SET x = 1',
    'INSERT INTO t VALUES',
  ])
})

test('the head of a huge statement is cut, and told before its end', () => {
  const told: number[] = []
  const scanner = scanSql({ begin: ({ head }) => told.push(head.length), end: (_, to) => told.push(to) })
  scanner.write(Buffer.from("SELECT '"))
  for (let index = 0; index < 40; index++) scanner.write(Buffer.alloc(65_536, 'x'))
  expect(told).toEqual([1 << 20])
  scanner.write(Buffer.from("';"))
  expect(told).toEqual([1 << 20, 40 * 65_536 + 9])
})
