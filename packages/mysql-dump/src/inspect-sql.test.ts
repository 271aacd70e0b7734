import { isDeepStrictEqual } from 'node:util'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cutAt, dumpOf, factsOf, fractions, layout, tables, tuple } from '../test/inspect-fixture.ts'
import type { SqlFacts } from './facts.ts'
import { inspectSql } from './inspect-sql.ts'

function inspectAll(...pieces: readonly (Buffer | string)[]): SqlFacts {
  const inspector = inspectSql()
  for (const piece of pieces) inspector.write(Buffer.from(piece))
  return inspector.end()
}

const refusal = (sql: Buffer | string): string => {
  try {
    inspectAll(sql)
  } catch (error) {
    return String(Reflect.get(error as Error, 'code'))
  }
  return 'accepted'
}

const MYSQL = `-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)
--
-- Host: localhost    Database: shop
-- ------------------------------------------------------
-- Server version	8.0.36-0ubuntu0.22.04.1

/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!50503 SET NAMES utf8mb4 */;
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;
SET @@SESSION.SQL_LOG_BIN= 0;

--
-- GTID state at the beginning of the backup
--

SET @@GLOBAL.GTID_PURGED=/*!80000 '+'*/ '3E11FA47-71CA-11E1-9E33-C80AA9429562:1-5,
4E11FA47-71CA-11E1-9E33-C80AA9429562:1-7';

--
-- Position to start replication or point-in-time recovery from
--

-- CHANGE REPLICATION SOURCE TO SOURCE_LOG_FILE='binlog.000042', SOURCE_LOG_POS=157;

DROP TABLE IF EXISTS \`orders\`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!50503 SET character_set_client = utf8mb4 */;
CREATE TABLE \`orders\` (
  \`id\` int NOT NULL AUTO_INCREMENT,
  \`note\` text COLLATE utf8mb4_0900_as_cs COMMENT 'COLLATE not_a_collation',
  \`twice\` int GENERATED ALWAYS AS ((\`id\` * 2)) VIRTUAL,
  PRIMARY KEY (\`id\`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES \`orders\` WRITE;
/*!40000 ALTER TABLE \`orders\` DISABLE KEYS */;
INSERT INTO \`orders\` (\`id\`, \`note\`) VALUES (1,'a),(b'),(2,_binary '\\0\\'),('),(3,NULL);
INSERT INTO \`orders\` (\`id\`, \`note\`) VALUES (4,'-- Dump completed');
/*!40000 ALTER TABLE \`orders\` ENABLE KEYS */;
UNLOCK TABLES;
DELIMITER ;;
/*!50003 CREATE*/ /*!50017 DEFINER=\`gone\`@\`10.0.%\`*/ /*!50003 TRIGGER \`guard\` BEFORE INSERT ON \`orders\` FOR EACH ROW BEGIN
  -- don't count /* this
  IF NEW.note = ';;' THEN INSERT INTO log VALUES (1),(2); END IF;
END */;;
DELIMITER ;

--
-- Temporary view structure for view \`open\`
--

DROP TABLE IF EXISTS \`open\`;
/*!50001 DROP VIEW IF EXISTS \`open\`*/;
/*!50001 CREATE VIEW \`open\` AS SELECT 
 1 AS \`id\`*/;

/*!50001 CREATE TABLE \`old style\` (
  \`id\` tinyint NOT NULL
) ENGINE=MyISAM */;

DELIMITER ;;
/*!50106 CREATE*/ /*!50117 DEFINER=\`root\`@\`localhost\`*/ /*!50106 EVENT \`nightly\` ON SCHEDULE EVERY 1 DAY DO DELETE FROM orders */ ;;
DELIMITER ;
DELIMITER ;;
CREATE DEFINER=\`root\`@\`localhost\` FUNCTION \`orders\`() RETURNS int
BEGIN RETURN 1; END ;;
DELIMITER ;
CREATE AGGREGATE FUNCTION IF NOT EXISTS fold RETURNS REAL SONAME 'udf.so';

/*!50001 DROP VIEW IF EXISTS \`open\`*/;
/*!50001 SET collation_connection      = utf8mb4_general_ci */;
/*!50001 CREATE ALGORITHM=UNDEFINED */
/*!50013 DEFINER="root"@"%" SQL SECURITY DEFINER */
/*!50001 VIEW \`open\` AS select \`orders\`.\`id\` AS \`id\` from \`orders\` */;
/*!50001 DROP TABLE IF EXISTS \`old style\`*/;
/*!50001 CREATE ALGORITHM=UNDEFINED */
/*!50013 DEFINER=\`root\`@\`localhost\` SQL SECURITY INVOKER */
/*!50001 VIEW \`old style\` AS select 1 AS \`id\` */;
/*!40111 SET SQL_NOTES=@OLD_SQL_NOTES */;

-- Dump completed on 2026-11-22  6:17:42
`

test("Oracle's mysqldump is read: rows on one line, views' stand-ins, triggers, routines, events", () => {
  const facts = inspectAll(MYSQL)
  const rows = ["(1,'a),(b')", "(2,_binary '\\0\\'),(')", '(3,NULL)', "(4,'-- Dump completed')"]
  expect(facts).toEqual({
    server: { version: '8.0.36-0ubuntu0.22.04.1' },
    client: { version: '8.0.36' },
    tables: [factsOf({ name: 'orders', rows: rows.map((row) => Buffer.from(row)) })],
    views: ['open', 'old style'],
    triggers: ['guard'],
    routines: [
      { name: 'orders', type: 'function' },
      { name: 'fold', type: 'function' },
    ],
    events: ['nightly'],
    sequences: [],
    longestStatementBytes: /CREATE TABLE `orders`[^;]*/.exec(MYSQL)?.[0].length,
    collations: ['utf8mb4_0900_ai_ci', 'utf8mb4_0900_as_cs', 'utf8mb4_general_ci'],
    definers: ['gone@10.0.%', 'root@%', 'root@localhost'],
    binlog: { file: 'binlog.000042', position: 157 },
  })
})

test.each([
  ['-- MariaDB dump 10.19-11.4.2-MariaDB, for debian-linux-gnu (x86_64)', '11.4.2-MariaDB'],
  ['-- MySQL dump 10.13  Distrib 5.7.44-48, for Linux (x86_64)', '5.7.44-48'],
])('the header %s is known', (header, version) => {
  expect(inspectAll(`${header}\nSELECT 1;\n-- Dump completed\n`).client).toEqual({ version })
})

test('tables of several databases are told apart', () => {
  const table = 'CREATE TABLE `t` (i int);\nINSERT INTO `t` VALUES (1);\n'
  const { tables: seen } = inspectAll(
    dumpOf([])
      .toString()
      .replace('\n-- Dump completed', `USE \`a\`;\n${table}USE \`b\`;\n${table}\n-- Dump completed`),
  )
  expect(seen.map(({ name, rows }) => [name, rows])).toEqual([
    ['t', 1],
    ['b.t', 1],
  ])
})

describe('whatever the rows hold', () => {
  test('rows, bytes and hashes are exact, however the rows are grouped and the pieces are cut', () => {
    fc.assert(
      fc.property(tables, layout, layout, fractions, (made, one, other, cuts) => {
        const facts = inspectAll(dumpOf(made, one))
        expect(facts.tables).toEqual(made.map(factsOf))
        expect(inspectAll(...cutAt(dumpOf(made, one), cuts))).toEqual(facts)
        expect(inspectAll(dumpOf(made, other)).tables).toEqual(facts.tables)
      }),
      { numRuns: 300 },
    )
  })

  test('pieces of one byte tell the same', () => {
    fc.assert(
      fc.property(tables, layout, (made, one) => {
        const dump = dumpOf(made, one)
        expect(inspectAll(...Array.from(dump, (byte) => Buffer.of(byte)))).toEqual(inspectAll(dump))
      }),
      { numRuns: 50 },
    )
  })

  test('a row that is missing, doubled or changed shows', () => {
    fc.assert(
      fc.property(
        fc.array(tuple, { minLength: 1, maxLength: 6 }),
        fc.nat(),
        tuple,
        layout,
        (rows, pick, another, one) => {
          const index = pick % rows.length
          const row = rows[index] as Buffer
          const seen = (changed: readonly Buffer[]): unknown =>
            inspectAll(dumpOf([{ name: 't', rows: changed }], one)).tables[0]
          const before = seen(rows) as { rows: number; sha256: string }
          const less = seen(rows.toSpliced(index, 1)) as typeof before
          expect(less.rows).toBe(before.rows - 1)
          expect(less.sha256).not.toBe(before.sha256)
          expect(seen(rows.toSpliced(index, 0, row))).not.toEqual(before)
          expect(another.equals(row)).toBe(isDeepStrictEqual(seen(rows.with(index, another)), before))
        },
      ),
    )
  })

  test('any dump cut anywhere is refused', () => {
    fc.assert(
      fc.property(tables, layout, (made, one) => {
        const dump = dumpOf(made, one)
        for (let length = 0; length < dump.length; length++) {
          expect(refusal(dump.subarray(0, length))).toMatch(/^(?:SQL_TRUNCATED|NOT_A_DUMP)$/)
        }
      }),
      { numRuns: 15 },
    )
  })
})

test("Oracle's dump cut anywhere is refused", () => {
  const dump = Buffer.from(MYSQL)
  for (let length = 0; length < dump.length; length++) {
    expect(refusal(dump.subarray(0, length))).toMatch(/^(?:SQL_TRUNCATED|NOT_A_DUMP)$/)
  }
})

test('the completion line counts only as a line of its own, between statements', () => {
  const start = dumpOf([]).toString().split('\n-- Dump completed')[0] ?? ''
  const line = '\n-- Dump completed on 2026-11-22 16:17:42\n'
  expect(refusal(start + line)).toBe('accepted')
  expect(refusal(`${start}\n-- Dump completed\n`)).toBe('accepted')
  expect(refusal(`${start}${line}\n \n`)).toBe('accepted')
  expect(refusal(`${start}INSERT INTO t VALUES ('${line}');\n`)).toBe('SQL_TRUNCATED')
  expect(refusal(`${start}SELECT 1 ${line}`)).toBe('SQL_TRUNCATED')
  expect(refusal(`${start}SELECT 1 ${line};`)).toBe('SQL_TRUNCATED')
  expect(refusal(`${start}/* ${line} */`)).toBe('SQL_TRUNCATED')
  expect(refusal(`${start}/*!50003 SET a = 1; ${line}`)).toBe('SQL_TRUNCATED')
  expect(refusal(`${start}SELECT '${line}`)).toBe('SQL_TRUNCATED')
  expect(refusal(`${start}-- Dump completed on 2026-11-22 16:17:4\n`)).toBe('SQL_TRUNCATED')
})

test('what follows the completion line is refused', () => {
  const dump = dumpOf([]).toString()
  for (const more of ['SELECT 1;', 'x', '-- more\n', dump, '/*!40101 SET a=1 */;', "'"]) {
    expect(refusal(dump + more)).toBe('TRAILING_SQL')
  }
})

test('what is no dump is refused with its first words, and never with more', () => {
  for (const other of [
    'SELECT 1;\n',
    '-- a comment\n',
    'ERROR 1045 (28000): Access denied',
    '<html>',
    '\n',
  ]) {
    expect(refusal(other)).toBe('NOT_A_DUMP')
  }
  expect(() =>
    inspectAll(`mysqldump: Deprecated program name. It wll be removed in a future release`),
  ).toThrow(/begins: "mysqldump: Deprecated program name. It w"$/)
})

test('a dump that says of itself that something is missing is refused', () => {
  const dump = dumpOf([])
    .toString()
    .replace(
      '\n-- Dump',
      "\n-- insufficient privileges to SHOW CREATE FUNCTION `f`\n-- does 'u' have permissions?\n\n-- Dump",
    )
  expect(refusal(dump)).toBe('OBJECTS_MISSING')
})

test('a dump in a character set whose bytes look like quotes is refused', () => {
  expect(refusal(dumpOf([]).toString().replace('SET NAMES utf8mb4', 'SET NAMES sjis'))).toBe(
    'UNSUPPORTED_CHARSET',
  )
})

test('more objects than memory should hold are refused', () => {
  const inspector = inspectSql({ maxObjects: 10 })
  const made = Array.from({ length: 11 }, (_, index) => ({ name: `t${index}`, rows: [] }))
  expect(() => inspector.write(dumpOf(made))).toThrow(/more than 10 tables/)
})

test('the longest statement is what the server must accept in one packet', () => {
  const row = Buffer.from(`('${'x'.repeat(100_000)}')`)
  const { longestStatementBytes } = inspectAll(dumpOf([{ name: 't', rows: [row, row] }]))
  expect(longestStatementBytes).toBe('INSERT INTO `t` VALUES\n'.length + 2 * row.length + 2)
})
