import type { MariadbServer } from './mariadb.ts'

/**
 * What a database is, to be compared with another: for each object, its SHOW CREATE without the database's name, for each
 * table its CHECKSUM too, for each sequence its values, for each view its rows' count where it can be read.
 * Two that are equal hold the same data and the same code. Keys read like `table orders`.
 */
export async function fingerprint(server: MariadbServer, database: string): Promise<Record<string, string>> {
  const objects = await server.query(
    `SELECT TABLE_TYPE, TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()
     UNION ALL SELECT 'TRIGGER', TRIGGER_NAME FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()
     UNION ALL SELECT ROUTINE_TYPE, ROUTINE_NAME FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE()
     UNION ALL SELECT 'EVENT', EVENT_NAME FROM information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE()
     ORDER BY 1, 2`,
    { database },
  )
  // A marker before each object's rows; a NUL cannot be part of a name.
  const script = objects.flatMap(([type = '', name = '']) => [
    `SELECT '\\0object', ${literal(`${type.toLowerCase()} ${name}`)}`,
    ...statements(type, `\`${name.replaceAll('`', '``')}\``),
  ])
  // CHECKSUM TABLE, some views and a sequence as a default say the database's name.
  const nameless = (field: string): string =>
    field.replaceAll(`\`${database.replaceAll('`', '``')}\`.`, '').replace(`${database}.`, '')
  const print: Record<string, string> = {}
  let key = ''
  for (const row of await server.query(`${script.join(';\n')};`, { database })) {
    if (row[0] === '\0object') print[(key = row[1] ?? '')] = ''
    else print[key] += `${row.map(nameless).join('\t')}\n`
  }
  return print
}

function statements(type: string, name: string): string[] {
  switch (type) {
    case 'BASE TABLE':
    case 'SYSTEM VERSIONED':
      return [`SHOW CREATE TABLE ${name}`, `CHECKSUM TABLE ${name}`]
    case 'SEQUENCE':
      return [`SHOW CREATE SEQUENCE ${name}`, `SELECT * FROM ${name}`]
    // SHOW CREATE TRIGGER says when it was made, and not in which order it runs.
    case 'TRIGGER':
      return [
        `SELECT EVENT_OBJECT_TABLE, ACTION_TIMING, EVENT_MANIPULATION, ACTION_ORDER, SQL_MODE, DEFINER, ACTION_STATEMENT,
           CHARACTER_SET_CLIENT, COLLATION_CONNECTION FROM information_schema.TRIGGERS
         WHERE TRIGGER_SCHEMA = DATABASE() AND BINARY TRIGGER_NAME = ${literal(name.slice(1, -1).replaceAll('``', '`'))}`,
      ]
    default:
      return [`SHOW CREATE ${type} ${name}`]
  }
}

function literal(value: string): string {
  return `CONVERT(UNHEX('${Buffer.from(value).toString('hex')}') USING utf8mb4)`
}
