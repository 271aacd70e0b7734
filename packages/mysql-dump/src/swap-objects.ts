import { type Access, ask, sqlName, sqlText } from './admin.ts'
import { MysqlDumpError } from './errors.ts'
import { type CodeObject, sqlAccount } from './import-code.ts'
import type { ImportShell } from './import-shell.ts'

/** All that a database holds but its rows. Plain JSON. */
export interface SchemaObjects {
  readonly name: string
  readonly collation: string
  readonly tables: readonly string[]
  /** Those of the tables that keep their history (WITH SYSTEM VERSIONING). */
  readonly versioned: readonly string[]
  readonly sequences: readonly string[]
  readonly code: readonly CodeObject[]
}

type Kind = CodeObject['kind']
const KINDS: Readonly<Record<string, Kind>> = {
  PROCEDURE: 'procedure',
  FUNCTION: 'function',
  PACKAGE: 'package',
  'PACKAGE BODY': 'package body',
}

/** Reads a database's tables' names and its code, as the administrator. Rejects with UNKNOWN_DATABASE when it is not there. */
export async function readObjects(
  shell: ImportShell,
  access: Access,
  name: string,
  signal?: AbortSignal,
): Promise<SchemaObjects> {
  const options = { name: `the look at ${name}`, ...(signal && { signal }) }
  const here = (column: string): string =>
    `${column} = ${sqlText(name)} AND BINARY ${column} = ${sqlText(name)}`
  // TABLE_ROWS makes the server open each view: only then TABLE_COMMENT tells that one cannot be read.
  const listed = await ask(
    shell,
    access,
    `SELECT 'schema', DEFAULT_COLLATION_NAME, '' FROM information_schema.SCHEMATA WHERE ${here('SCHEMA_NAME')};
SELECT 'table', TABLE_NAME, TABLE_TYPE, TABLE_COMMENT, TABLE_ROWS FROM information_schema.TABLES WHERE ${here('TABLE_SCHEMA')} ORDER BY TABLE_NAME;
SELECT 'routine', ROUTINE_NAME, ROUTINE_TYPE, DEFINER FROM information_schema.ROUTINES WHERE ${here('ROUTINE_SCHEMA')} ORDER BY ROUTINE_NAME;
SELECT 'event', EVENT_NAME, 'EVENT', DEFINER FROM information_schema.EVENTS WHERE ${here('EVENT_SCHEMA')} ORDER BY EVENT_NAME;
SELECT 'view', TABLE_NAME, 'VIEW', DEFINER FROM information_schema.VIEWS WHERE ${here('TABLE_SCHEMA')} ORDER BY TABLE_NAME;
SELECT 'trigger', TRIGGER_NAME, ACTION_TIMING, EVENT_MANIPULATION, EVENT_OBJECT_TABLE, ACTION_STATEMENT, DEFINER, SQL_MODE,
  CHARACTER_SET_CLIENT, COLLATION_CONNECTION, DATABASE_COLLATION FROM information_schema.TRIGGERS WHERE ${here('TRIGGER_SCHEMA')}
  ORDER BY EVENT_OBJECT_TABLE, EVENT_MANIPULATION, ACTION_TIMING, ACTION_ORDER;
SELECT 'grant', Routine_name, Routine_type, CONCAT(User, '@', Host), Proc_priv FROM mysql.procs_priv WHERE BINARY Db = ${sqlText(name)};`,
    options,
  )
  const of = (kind: string): string[][] =>
    listed.filter(([first]) => first === kind).map(([, ...rest]) => rest)
  const collation = of('schema')[0]?.[0]
  if (collation === undefined) {
    throw new MysqlDumpError('UNKNOWN_DATABASE', `there is no database ${name}`, {
      hint: 'Compare the name with SHOW DATABASES.',
    })
  }
  const tables = of('table')
  const broken = new Set(
    tables.flatMap(([view = '', type, comment]) => (type === 'VIEW' && comment !== 'VIEW' ? [view] : [])),
  )
  const shown = [...of('routine'), ...of('event'), ...of('view')]
  const created =
    shown.length === 0
      ? []
      : await ask(
          shell,
          access,
          `USE ${sqlName(name)};\n${shown.map(([object = '', type = '']) => `SHOW CREATE ${type} ${sqlName(object)};`).join('\n')}`,
          options,
        )
  if (created.length !== shown.length) {
    throw new MysqlDumpError(
      'SWAP_REFUSED',
      `of ${shown.length} objects of ${name} only ${created.length} can be read`,
      {
        hint: 'Run again when no update or migration of the application runs.',
      },
    )
  }
  const code = shown.map(([object = '', type = '', definer = ''], index) =>
    fromShown(object, type, definer, created[index] ?? [], collation, broken.has(object)),
  )
  const granted = code.map((object) => {
    const grants = of('grant').flatMap(([routine, type = '', account = '', privileges = '']) =>
      routine === object.name && KINDS[type] === object.kind
        ? [{ account, privileges: privileges.split(',') }]
        : [],
    )
    return grants.length === 0 ? object : { ...object, grants }
  })
  return {
    name,
    collation,
    tables: tables.flatMap(([table = '', type]) => (type === 'VIEW' || type === 'SEQUENCE' ? [] : [table])),
    versioned: tables.flatMap(([table = '', type]) => (type === 'SYSTEM VERSIONED' ? [table] : [])),
    sequences: tables.flatMap(([table = '', type]) => (type === 'SEQUENCE' ? [table] : [])),
    code: [...granted, ...of('trigger').map((trigger) => fromTrigger(trigger, collation))],
  }
}

function fromShown(
  name: string,
  type: string,
  definer: string,
  row: readonly string[],
  own: string,
  broken: boolean,
): CodeObject {
  if (type === 'VIEW') {
    const [, create = '', charset = '', collation = ''] = row
    return { kind: 'view', name, create, definer, charset, collation, ...(broken && { broken }) }
  }
  const event = type === 'EVENT'
  const [, sqlMode = '', ...rest] = row
  const [timeZone = '', create = '', charset = '', collation = '', database = ''] = event
    ? rest
    : ['', ...rest]
  return {
    kind: event ? 'event' : (KINDS[type] ?? 'procedure'),
    name,
    create,
    definer,
    sqlMode,
    charset,
    collation,
    ...(database !== own && { databaseCollation: database }),
    ...(event && { timeZone }),
  }
}

// Composed, because SHOW CREATE TRIGGER gives the text as it was typed, which may name a database.
function fromTrigger(row: readonly string[], own: string): CodeObject {
  const [
    name = '',
    timing,
    event,
    table = '',
    body,
    definer = '',
    sqlMode = '',
    charset = '',
    collation = '',
    database = '',
  ] = row
  return {
    kind: 'trigger',
    name,
    create: `CREATE DEFINER=${sqlAccount(definer)} TRIGGER ${sqlName(name)} ${timing} ${event} ON ${sqlName(table)} FOR EACH ROW ${body}`,
    definer,
    sqlMode,
    charset,
    collation,
    ...(database !== own && { databaseCollation: database }),
  }
}

const QUOTED = '`(?:[^`]|``)*`|"(?:[^"]|"")*"'
// As the server writes an event: nothing but names, dates and intervals stands before its state.
const STATE = new RegExp(
  `^(CREATE\\s+DEFINER=(?:${QUOTED})@(?:${QUOTED})\\s+EVENT\\s+(?:${QUOTED})\\s+ON SCHEDULE\\s+(?:'[^']*'|[^'])*?ON COMPLETION (?:NOT )?PRESERVE) (ENABLE|DISABLE ON SLAVE|DISABLE)\\b`,
)

/** The same event, disabled; anything else comes back as it is. */
export function disabled(object: CodeObject): CodeObject {
  if (object.kind !== 'event') return object
  if (!STATE.test(object.create)) {
    throw new MysqlDumpError(
      'SWAP_REFUSED',
      `the event ${JSON.stringify(object.name)} does not tell its state`,
      {
        hint: 'Look at SHOW CREATE EVENT, and create it anew.',
      },
    )
  }
  return { ...object, create: object.create.replace(STATE, '$1 DISABLE') }
}
