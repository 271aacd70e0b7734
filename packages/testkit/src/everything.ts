import { fingerprint } from './fingerprint.ts'
import type { MariadbServer } from './mariadb.ts'

export { fingerprint }

/**
 * Creates `database` with one of every kind of object that MariaDB has, and rows that look like the end of a dump.
 * Definers that exist nowhere (`gone@nowhere`) are among them.
 */
export async function loadEverything(server: MariadbServer, database: string): Promise<void> {
  await server.query(`CREATE DATABASE \`${database.replaceAll('`', '``')}\` DEFAULT CHARACTER SET utf8mb4`)
  await server.load(database, everythingSql())
}

/** The statements behind `loadEverything`, for the plain client (they use DELIMITER), in an empty database, as root. */
export function everythingSql(): string {
  return [
    "SET NAMES utf8mb4; SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO'; SET foreign_key_checks = 0;",
    TYPES,
    nastyRows(),
    NAMES,
    RELATIONS,
    CODE,
    VIEWS,
  ].join('\n')
}

const TYPES = String.raw`
CREATE TABLE types (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  tiny TINYINT NULL, money DECIMAL(30,10), ratio DOUBLE, single FLOAT, flags BIT(13),
  doc JSON CHECK (JSON_VALID(doc)), place POINT, area GEOMETRY,
  day DATE, moment DATETIME(6), stamp TIMESTAMP(3) NULL DEFAULT NULL, span TIME(2), y YEAR,
  word VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci DEFAULT 'it''s "so"; \\ -- x' COMMENT 'a "quoted" ''comment''; -- with an end',
  old VARCHAR(50) CHARACTER SET latin1 COLLATE latin1_german1_ci,
  raw VARBINARY(300), bytes LONGBLOB, body LONGTEXT,
  pick ENUM('a','it''s','b,c','d)(e'), several SET('x','y','z'),
  addr INET6, ident UUID,
  doubled INT GENERATED ALWAYS AS (tiny * 2) VIRTUAL,
  label VARCHAR(60) AS (CONCAT('<', pick, '>')) STORED,
  secret INT INVISIBLE DEFAULT 7,
  PRIMARY KEY (id), KEY by_word (word(20)), FULLTEXT KEY words (body), UNIQUE KEY by_ident (ident)
) ENGINE=InnoDB COMMENT='every type; it''s "all" here';
INSERT INTO types (tiny, money, ratio, single, flags, doc, place, area, day, moment, stamp, span, y, word, old, raw, bytes, body, pick, several, addr, ident) VALUES
  (-128, 12345678901234567890.0123456789, 1.7976931348623157e308, 0.1, b'1010101010101', '{"a": [1, "),(", null]}',
   POINT(1.5, -2.5), ST_GeomFromText('POLYGON((0 0,0 1,1 1,1 0,0 0))'), '0000-00-00', '2024-02-29 23:59:59.999999',
   '2030-01-01 00:00:00.123', '-838:59:59.00', 1999, '🦆 ünïcødé 漢字', 'Grüße', UNHEX('00FF5C27220A0D1A'), NULL, 'some words to find', 'it''s', 'x,z', '2001:db8::1', 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6'),
  (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO types (id, tiny, bytes) VALUES (0, 0, ''), (4294967296, 1, UNHEX('${everyByte()}'));
CREATE TABLE in_myisam (id INT PRIMARY KEY, t TEXT, FULLTEXT(t)) ENGINE=MyISAM CHECKSUM=1;
INSERT INTO in_myisam VALUES (1, 'one'), (2, NULL);
CREATE TABLE in_aria (id INT PRIMARY KEY, t VARCHAR(10)) ENGINE=Aria TRANSACTIONAL=1;
INSERT INTO in_aria VALUES (1, 'one');
CREATE TABLE in_memory (id INT PRIMARY KEY) ENGINE=MEMORY;
CREATE TABLE latin (id INT PRIMARY KEY, t VARCHAR(40)) DEFAULT CHARSET=latin1;
INSERT INTO latin VALUES (1, 'Straße, café, £, €');
CREATE TABLE parted (id INT NOT NULL, y INT NOT NULL, PRIMARY KEY (id, y)) PARTITION BY RANGE (y)
  (PARTITION p0 VALUES LESS THAN (2000), PARTITION p1 VALUES LESS THAN (2020), PARTITION p2 VALUES LESS THAN MAXVALUE);
INSERT INTO parted VALUES (1, 1990), (2, 2010), (3, 2030);
CREATE TABLE versioned (id INT PRIMARY KEY, t VARCHAR(10)) WITH SYSTEM VERSIONING;
INSERT INTO versioned VALUES (1, 'then'); UPDATE versioned SET t = 'now'; INSERT INTO versioned VALUES (2, 'gone'); DELETE FROM versioned WHERE id = 2;
CREATE TABLE empty (id INT AUTO_INCREMENT PRIMARY KEY, at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP) AUTO_INCREMENT=1000;
CREATE TABLE no_key (t TEXT COMPRESSED, b BLOB DEFAULT ('x'));
INSERT INTO no_key (t) VALUES (REPEAT('long ', 5000)), ('');
CREATE TABLE only_generated (id INT PRIMARY KEY, twice INT AS (id * 2) PERSISTENT);
INSERT INTO only_generated (id) VALUES (21);
CREATE SEQUENCE counter START WITH 100 INCREMENT BY 10 MINVALUE 1 MAXVALUE 100000 CACHE 5 CYCLE;
SELECT NEXTVAL(counter), NEXTVAL(counter);
CREATE SEQUENCE ${'`'}odd sequence${'`'} START WITH -5 INCREMENT BY -1 MINVALUE -1000 MAXVALUE -1 NOCACHE;
`

const NAMES = String.raw`
CREATE TABLE ${'`'}a table with spaces${'`'} (${'`'}a column; -- x${'`'} INT, ${'`'}b${'``'}tick${'`'} INT, ${'`'}it's${'`'} INT);
INSERT INTO ${'`'}a table with spaces${'`'} VALUES (1, 2, 3);
CREATE TABLE ${'`'}back${'``'}tick${'`'} (id INT); INSERT INTO ${'`'}back${'``'}tick${'`'} VALUES (1);
CREATE TABLE ${'`'}quo'te"d${'`'} (id INT); INSERT INTO ${'`'}quo'te"d${'`'} VALUES (1);
CREATE TABLE ${'`'}dot.ted-da-sh${'`'} (id INT); INSERT INTO ${'`'}dot.ted-da-sh${'`'} VALUES (1);
CREATE TABLE ${'`'}Ünïcødé 表${'`'} (${'`'}Größe${'`'} INT); INSERT INTO ${'`'}Ünïcødé 表${'`'} VALUES (1);
CREATE TABLE ${'`'}VALUES (1),(2); /* x */ -- y${'`'} (id INT); INSERT INTO ${'`'}VALUES (1),(2); /* x */ -- y${'`'} VALUES (1),(2);
CREATE TABLE ${'`'}$(touch /tmp/x) %s \n${'`'} (id INT); INSERT INTO ${'`'}$(touch /tmp/x) %s \n${'`'} VALUES (1);
CREATE TABLE ${'`'}select${'`'} (${'`'}from${'`'} INT); INSERT INTO ${'`'}select${'`'} VALUES (1);
`

const RELATIONS = String.raw`
CREATE TABLE tree (id INT PRIMARY KEY, parent INT, CONSTRAINT up FOREIGN KEY (parent) REFERENCES tree (id) ON DELETE CASCADE);
INSERT INTO tree VALUES (1, 2), (2, 1), (3, 3);
CREATE TABLE cycle_a (id INT PRIMARY KEY, b INT);
CREATE TABLE cycle_b (id INT PRIMARY KEY, a INT, FOREIGN KEY (a) REFERENCES cycle_a (id));
ALTER TABLE cycle_a ADD FOREIGN KEY (b) REFERENCES cycle_b (id) ON UPDATE SET NULL;
INSERT INTO cycle_a VALUES (1, 1); INSERT INTO cycle_b VALUES (1, 1);
CREATE TABLE audit (id INT AUTO_INCREMENT PRIMARY KEY, what VARCHAR(200), CONSTRAINT ${'`'}no; nonsense${'`'} CHECK (what <> ');'));
`

const CODE = String.raw`
DELIMITER $$
CREATE TRIGGER types_bi BEFORE INSERT ON types FOR EACH ROW
BEGIN
  -- a comment; with a delimiter $ and a 'quote' /* nested */
  IF NEW.tiny = 99 THEN SET NEW.word = 'ninety-nine; it''s'; END IF;
END$$
CREATE TRIGGER types_ai AFTER INSERT ON types FOR EACH ROW INSERT INTO audit (what) VALUES (CONCAT('insert ', NEW.id))$$
CREATE TRIGGER types_ai2 AFTER INSERT ON types FOR EACH ROW FOLLOWS types_ai INSERT INTO audit (what) VALUES ('again')$$
CREATE DEFINER=gone@nowhere TRIGGER ${'`'}odd trigger; --${'`'} BEFORE DELETE ON ${'`'}a table with spaces${'`'} FOR EACH ROW SET @x = ';;'$$
CREATE PROCEDURE p_plain(IN a INT, OUT b VARCHAR(100)) COMMENT 'it''s a "procedure"'
BEGIN
  DECLARE done INT DEFAULT 0;
  DECLARE CONTINUE HANDLER FOR NOT FOUND SET done = 1;
  SELECT '-- Dump completed on 2020-01-01  0:00:00' INTO b; /* and ;; */
END$$
CREATE DEFINER=gone@nowhere PROCEDURE ${'`'}odd ${'``'}procedure${'`'}() SQL SECURITY INVOKER SELECT ';;', 'DELIMITER ;'$$
CREATE FUNCTION f_plain(x INT) RETURNS INT DETERMINISTIC RETURN x + 1$$
CREATE DEFINER=gone@nowhere FUNCTION f_gone() RETURNS VARCHAR(20) CHARSET utf8mb4 NO SQL RETURN '🦆'$$
CREATE AGGREGATE FUNCTION f_total(x INT) RETURNS INT READS SQL DATA
BEGIN
  DECLARE total INT DEFAULT 0;
  DECLARE CONTINUE HANDLER FOR NOT FOUND RETURN total;
  LOOP FETCH GROUP NEXT ROW; SET total = total + x; END LOOP;
END$$
CREATE EVENT e_disabled ON SCHEDULE EVERY 1 DAY STARTS '2020-01-01 00:00:00' DISABLE COMMENT 'it''s off' DO DELETE FROM audit WHERE what = ';'$$
CREATE EVENT e_enabled ON SCHEDULE EVERY 1 YEAR STARTS '2037-01-01 00:00:00' ON COMPLETION PRESERVE ENABLE DO BEGIN DELETE FROM audit; END$$
CREATE DEFINER=gone@nowhere EVENT ${'`'}odd event${'`'} ON SCHEDULE EVERY 2 HOUR STARTS '2037-01-01 00:00:00' DISABLE DO SELECT 1$$
SET sql_mode = 'ORACLE'$$
CREATE PACKAGE pkg AS
  FUNCTION twice(x INT) RETURN INT;
END$$
CREATE PACKAGE BODY pkg AS
  FUNCTION twice(x INT) RETURN INT AS BEGIN RETURN x * 2; END;
END$$
SET sql_mode = ''$$
DELIMITER ;
`

// a_view sorts before the one that it stands on: the dump needs its stand-ins for that. (A view WITH CHECK OPTION on such a
// stand-in cannot be imported from any mariadb-dump, error 1368, so there is none. Nor is there a view with the rights of a
// definer that is gone on a table: its columns are dumped with the database's name, and it can only be imported under that; the same goes for DEFAULT NEXTVAL(…).)
const VIEWS = String.raw`
CREATE VIEW z_view AS SELECT id, word AS ${'`'}the word${'`'} FROM types WHERE word <> '-- Dump completed' OR word IS NULL;
CREATE VIEW a_view AS SELECT id, f_plain(id) AS next_id FROM z_view;
CREATE VIEW checked_view AS SELECT id, parent FROM tree WHERE id > 0 WITH LOCAL CHECK OPTION;
CREATE ALGORITHM=MERGE SQL SECURITY INVOKER VIEW ${'`'}odd ${'``'}view${'`'} AS SELECT * FROM ${'`'}back${'``'}tick${'`'};
CREATE DEFINER=gone@nowhere SQL SECURITY INVOKER VIEW gone_view AS SELECT id FROM tree;
CREATE DEFINER=gone@nowhere SQL SECURITY DEFINER VIEW gone_constant_view AS SELECT 1 AS one;
`

function everyByte(): string {
  return Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)).toString('hex')
}

// Text that a careless reader of a dump takes for its structure.
function nastyRows(): string {
  const texts = [
    '),(',
    "'),('",
    `it's "quoted" \`ticked\``,
    'back\\slash \\\' \\" \\\\',
    'line\nline\r\nline\ttab\0nul\u001asub',
    '\n-- Dump completed on 2020-01-01  0:00:00\n',
    "');\n-- Dump completed on 2020-01-01  0:00:00\n",
    "INSERT INTO `types` VALUES (1,'x');\nDROP TABLE `types`;\n",
    'CREATE TABLE `fake` (\n  `id` int\n) ENGINE=InnoDB;\n',
    'DELIMITER ;;\nSELECT 1;;\nDELIMITER ;\n',
    '/*!40101 SET NAMES utf8 */; /* -- # */',
    'NULL',
    '',
    '🦆'.repeat(1000),
    '0x00',
    `${'x'.repeat(20_000)}'`,
  ]
  const rows = [...texts.map((value) => `(NULL, ${literal(value)}, ${literal(value)})`), '(NULL, NULL, NULL)']
  return `CREATE TABLE nasty (id INT AUTO_INCREMENT PRIMARY KEY, t LONGTEXT, b LONGBLOB);
INSERT INTO nasty VALUES ${rows.join(',\n')};`
}

function literal(value: string): string {
  return `CONVERT(UNHEX('${Buffer.from(value).toString('hex')}') USING utf8mb4)`
}
