import { existsSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { fingerprint } from '@raxx/testkit/everything'
import { type MariadbServer, startMariadb } from '@raxx/testkit/mariadb'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { holdBack } from '../src/hold-back.ts'
import { dumpWith, imported, inventory } from './import-fixture.ts'

let server: MariadbServer
beforeAll(async () => {
  server = await startMariadb()
  await server.query(
    'CREATE DATABASE live; USE live; CREATE TABLE t (id INT); INSERT INTO t VALUES (1); CREATE USER app@localhost',
  )
})
afterAll(async () => await server.stop())

const TABLE = 'CREATE TABLE `t` (`id` int);'
const TOUCH = '/tmp/raxx-hostile-was-here'
const HOSTILE = [
  `\\! touch ${TOUCH}\n`,
  `system touch ${TOUCH}\n;`,
  'source /etc/passwd\n;',
  '\\. /etc/passwd\n',
  `${TABLE}\nINSERT INTO \`t\` VALUES (1\\! touch ${TOUCH}\n);`,
  'USE `shop`;\nUSE `live`;\nDELETE FROM t;',
  'DROP DATABASE live;',
  'DROP TABLE `live`.`t`;',
  'DELETE FROM t;',
  'UPDATE `live`.`t` SET id = 2;',
  'CREATE TABLE `live`.`u` (`id` int);',
  'INSERT INTO `live`.`t` VALUES (2);',
  'INSERT INTO `t` SELECT * FROM `live`.`t`;',
  `${TABLE}\nINSERT INTO \`t\` VALUES ((SELECT MAX(id) FROM \`live\`.\`t\`));`,
  `${TABLE}\nINSERT INTO \`t\` VALUES (sleep(0));`,
  'CREATE TABLE `u` AS SELECT * FROM `live`.`t`;',
  'CREATE TABLE `u` LIKE `live`.`t`;',
  "CREATE TABLE `u` (`id` int) DATA DIRECTORY='/tmp';",
  'CREATE TABLE `u` (`id` int, FOREIGN KEY (`id`) REFERENCES `live`.`t` (`id`));',
  "CREATE TABLE `u` (`id` int) ENGINE=FEDERATED CONNECTION='mysql://root@localhost/live/t';",
  'RENAME TABLE `live`.`t` TO `u`;',
  'GRANT ALL ON *.* TO app@localhost;',
  "CREATE USER evil IDENTIFIED BY 'x';",
  'SET GLOBAL general_log = 1;',
  "SET @@global.general_log_file = '/tmp/x';",
  'SET PASSWORD = PASSWORD(1);',
  "SET @x = 'NO_BACKSLASH_ESCAPES', sql_mode = @x;",
  "LOAD DATA INFILE '/etc/passwd' INTO TABLE `t`;",
  `SELECT 1 INTO OUTFILE '${TOUCH}';`,
  "PREPARE s FROM 'DROP DATABASE live';",
  'CALL live.p();',
  'BEGIN NOT ATOMIC DROP DATABASE live; END;',
  'CREATE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (HOST "x");',
  "INSTALL SONAME 'ha_x';",
  'SHUTDOWN;',
  "/*!999999 ' */ SET NAMES utf8mb4 /*' */; DROP DATABASE live;",
  '/*!80000 SET NAMES utf8mb4 */ /* ; */ DROP DATABASE live;',
  'DELIMITER ;;\n/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ /*!50003 PROCEDURE `p`() SELECT 1; DROP DATABASE live */;;\nDELIMITER ;',
  'DELIMITER ;;\nCREATE DEFINER=`root`@`localhost` PROCEDURE `p`() BEGIN END; DROP DATABASE live;;\nDELIMITER ;',
  'CREATE DEFINER=`root`@`localhost` PROCEDURE `live`.`p`() SELECT 1;',
  'CREATE DEFINER=`root`@`localhost` TRIGGER `live`.`x` BEFORE INSERT ON `live`.`t` FOR EACH ROW SET @x = 1;',
  `${TABLE}\nCREATE DEFINER=\`root\`@\`localhost\` TRIGGER \`x\` BEFORE INSERT ON \`live\`.\`t\` FOR EACH ROW SET @x = 1;`,
  `${TABLE}\nLOCK TABLES \`t\` WRITE, \`live\`.\`t\` WRITE;`,
  `${TABLE}\nALTER TABLE \`t\` DISABLE KEYS, RENAME TO \`live\`.\`u\`;`,
]
const ONLY_THE_SERVER = /SELECT 1; DROP|END; DROP|TRIGGER `x` BEFORE|BEGIN END/
test.each(HOSTILE.filter((sql) => !ONLY_THE_SERVER.test(sql)))(
  '%j is refused, and nothing of it is sent',
  (sql) => {
    const sent: Uint8Array[] = []
    const filter = holdBack((bytes) => sent.push(bytes), 'app@localhost')
    expect(() => {
      filter.write(gunzipSync(dumpWith(sql)))
      filter.end()
    }).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^(?:HOSTILE_STATEMENT|SQL_TRUNCATED)$/) }),
    )
    expect(Buffer.concat(sent).toString()).not.toMatch(/live|touch|SELECT|DIRECTORY|GLOBAL/i)
  },
)

// The filter cannot tell these from what a dump holds; a user who may touch one database, and EXECUTE IMMEDIATE, do.
test.each(HOSTILE.filter((sql) => ONLY_THE_SERVER.test(sql) || /TOUCH|touch/.test(sql)))(
  'a dump with %j changes nothing and leaves nothing',
  async (sql) => {
    const before = [await inventory(server), await fingerprint(server, 'live')]
    const error: unknown = await imported(server, dumpWith(sql), 'live', 'live_restore_1').catch(
      (thrown: unknown) => thrown,
    )
    expect(error).toMatchObject({
      name: 'MysqlDumpError',
      code: expect.stringMatching(/^(?:HOSTILE_STATEMENT|IMPORT_FAILED|ADMIN_DENIED|SQL_TRUNCATED)$/),
    })
    expect([await inventory(server), await fingerprint(server, 'live')]).toEqual(before)
    expect(existsSync(TOUCH)).toBe(false)
  },
)

test('a refusal tells what kind of statement stands where, and none of what it holds', async () => {
  const sql = ['CREATE TABLE `t` (`id` int);', "UPDATE `t` SET who = 'alice';"]
  await expect(imported(server, dumpWith(...sql), 'live', 'live_restore_2')).rejects.toMatchObject({
    code: 'HOSTILE_STATEMENT',
    message: expect.stringMatching(/UPDATE at byte \d+ of its SQL/),
  })
  await expect(imported(server, dumpWith(...sql), 'live', 'live_restore_2')).rejects.not.toThrow(/alice/)
})
