import { sqlName, sqlText } from './admin.ts'
import { type CodeObject, sqlAccount } from './import-code.ts'

/** The order in which objects can be created: views need functions, triggers nothing but their tables. */
export const CODE_ORDER: readonly CodeObject['kind'][] = [
  'package',
  'package body',
  'function',
  'procedure',
  'view',
  'trigger',
  'event',
]

/**
 * The statements that create an object in the session's database, just as it was: under its sql_mode, character sets and time
 * zone. EXECUTE IMMEDIATE takes one statement only, so that nothing that follows in the text is ever executed.
 */
export function createCode(
  object: CodeObject,
  database: { readonly name: string; readonly collation: string },
): string {
  const charset = word(object.charset ?? 'utf8mb4')
  const text = Buffer.from(object.create, object.raw ? 'latin1' : 'utf8').toString('hex')
  const bytes =
    object.raw || /^utf8/i.test(charset)
      ? `X'${text}'`
      : `CAST(CONVERT(CONVERT(X'${text}' USING utf8mb4) USING ${charset}) AS BINARY)`
  const other =
    object.databaseCollation !== undefined && object.databaseCollation !== database.collation
      ? word(object.databaseCollation)
      : undefined
  const alter = (collation: string): string =>
    `ALTER DATABASE ${sqlName(database.name)} COLLATE ${word(collation)};`
  return [
    `SET @raxx = ${bytes};`,
    ...(other === undefined ? [] : [alter(other)]),
    `SET character_set_client=${charset}, collation_connection=${object.collation === undefined ? 'utf8mb4_general_ci' : word(object.collation)}, time_zone=${object.timeZone === undefined ? 'DEFAULT' : `'${object.timeZone.replace(/[^\w+:/ -]/g, '')}'`}, sql_mode='${modes(object.sqlMode)}';`,
    'EXECUTE IMMEDIATE @raxx;',
    `SET sql_mode='NO_AUTO_VALUE_ON_ZERO', character_set_client=utf8mb4, collation_connection=utf8mb4_general_ci, time_zone=DEFAULT;`,
    ...(other === undefined ? [] : [alter(database.collation)]),
    ...(object.grants ?? []).map(({ account, privileges }) => {
      const option = privileges.includes('Grant') ? ' WITH GRANT OPTION' : ''
      const given = privileges.filter((privilege) => privilege !== 'Grant').join(', ') || 'USAGE'
      const routine = `${object.kind.toUpperCase()} ${sqlName(database.name)}.${sqlName(object.name)}`
      return `GRANT ${given} ON ${routine} TO ${sqlAccount(account)}${option};`
    }),
  ].join('\n')
}

/** The statement that removes it from the session's database, where it is there. */
export function dropCode({
  kind,
  name,
}: {
  readonly kind: CodeObject['kind']
  readonly name: string
}): string {
  const drop = `DROP ${kind.toUpperCase()} IF EXISTS ${sqlName(name)};`
  if (!kind.startsWith('package')) return drop
  // The server knows the word in this mode only.
  return `SET sql_mode='ORACLE'; ${drop} SET sql_mode='NO_AUTO_VALUE_ON_ZERO';`
}

/** How many of these are there, as a SELECT. */
export function countViews(database: string, names: readonly string[]): string {
  const list = names.length === 0 ? "''" : names.map(sqlText).join(',')
  return `SELECT COUNT(*) FROM information_schema.VIEWS WHERE TABLE_SCHEMA = ${sqlText(database)} AND BINARY TABLE_NAME IN (${list})`
}

function word(text: string): string {
  return text.replace(/\W/g, '')
}

function modes(text: string | undefined): string {
  return (text ?? 'NO_AUTO_VALUE_ON_ZERO').replace(/[^\w,]/g, '')
}
