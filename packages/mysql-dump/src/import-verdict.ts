import { skeleton } from './import-guard.ts'
import { classify, type ObjectType } from './inspect-statement.ts'

/** What is done with a statement of a dump. */
export type Verdict =
  | { readonly do: 'send' }
  /** Its work is done by us: names of databases, objects that are dropped or stood in for. */
  | { readonly do: 'skip' }
  | { readonly do: 'set'; readonly assignments: string }
  | { readonly do: 'database'; readonly name: string }
  | { readonly do: 'collation'; readonly collation: string }
  | { readonly do: 'hold' }
  | { readonly do: 'refuse'; readonly kind: string }

const NAME = '(?:`(?:[^`]|``)+`|[\\w$\\u0080-\\uffff]+)'
const only = (source: string): RegExp => new RegExp(`^${source.replaceAll('NAME', NAME)}$`, 'iu')
const SENT = [
  'DROP TABLE (?:IF EXISTS )?NAME',
  'DROP SEQUENCE (?:IF EXISTS )?NAME',
  '(?:DO|SELECT) SETVAL\\(NAME, ?-?\\d+, ?[01](?:, ?\\d+)?\\)',
  'LOCK TABLES NAME (?:READ|WRITE)(?: LOCAL)?',
  'UNLOCK TABLES',
  'ALTER TABLE NAME (?:DISABLE|ENABLE) KEYS',
  'COMMIT|START TRANSACTION|BEGIN',
].map(only)
const DROPPED = only(
  'DROP (?:VIEW|TRIGGER|EVENT|PROCEDURE|FUNCTION|PACKAGE|PACKAGE BODY) (?:IF EXISTS )?NAME',
)
const STAND_IN = only(
  'CREATE (?:ALGORITHM=\\w+ )?VIEW NAME AS SELECT (?:NULL|1) AS NAME(?: ?, ?(?:NULL|1) AS NAME)*',
)
const CREATE_DATABASE = /^CREATE DATABASE (?:IF NOT EXISTS )?(`(?:[^`]|``)+`|\w+)( |$)/i
const USE = /^USE (`(?:[^`]|``)+`|\w+)$/i
const DATABASE_COLLATION = new RegExp(`^ALTER DATABASE ${NAME} CHARACTER SET \\w+ COLLATE (\\w+)$`, 'iu')
const TABLE = only('CREATE TABLE (?:IF NOT EXISTS )?NAME ?\\(')
const TABLE_START = new RegExp(TABLE.source.replace(/\$$/, ''), 'iu')
const SEQUENCE = only(
  'CREATE SEQUENCE (?:IF NOT EXISTS )?NAME (?:(?:start with|minvalue|maxvalue|increment by|cache) -?\\d+|nocache|cycle|nocycle|no cycle|ENGINE=\\w+| )+',
)
/** Outside of strings, in a CREATE TABLE: what reaches beyond the table itself. */
const REACHING =
  /\bSELECT\b|\b(?:DATA|INDEX)\s+DIRECTORY\b|\bCONNECTION\s*=|\bUNION\s*=|\(\s*LIKE\b|\bENGINE\s*=\s*(?:CONNECT|FEDERATED|FEDERATEDX|SPIDER|MERGE|MRG_MYISAM|S3)\b/i
const QUALIFIED = /`x`\s*\.|\.\s*`x`/
const HELD: readonly ObjectType[] = [
  'view',
  'trigger',
  'procedure',
  'function',
  'package',
  'package body',
  'event',
]

/** Says what becomes of a statement: only what the dump programs write is let through. `head` is as `scanSql` gives it. */
export function judge(head: string, raw: string): Verdict {
  const text = head.replace(/\s+/g, ' ').trim()
  const create = /^CREATE\b/i.test(text)
  const made = create ? classify(head) : undefined
  if (create && STAND_IN.test(text)) return { do: 'skip' }
  if (made?.kind === 'create' && HELD.includes(made.type)) return { do: 'hold' }

  const bones = skeleton(raw)
  if (bones === undefined) return refuse(text)
  const assignments = /^SET\s+([^]+)$/i.exec(text)?.[1]
  if (assignments !== undefined) return { do: 'set', assignments: assignments.trim() }
  if (SENT.some((known) => known.test(text))) return { do: 'send' }
  if (DROPPED.test(text)) return { do: 'skip' }
  const database = (CREATE_DATABASE.exec(text) ?? USE.exec(text))?.[1]
  if (database !== undefined) return { do: 'database', name: unquote(database) }
  const collation = DATABASE_COLLATION.exec(text)?.[1]
  if (collation !== undefined) return { do: 'collation', collation }
  if (SEQUENCE.test(text)) return { do: 'send' }
  if (made?.kind === 'create' && made.type === 'table' && TABLE_START.test(text)) {
    if (QUALIFIED.test(bones)) return { do: 'refuse', kind: 'CREATE TABLE that names another database' }
    if (REACHING.test(bones)) return { do: 'refuse', kind: 'CREATE TABLE that reaches beyond the table' }
    return { do: 'send' }
  }
  return refuse(text)
}

const ROWS = only(
  '(?:INSERT|REPLACE)(?: (?:LOW_PRIORITY|HIGH_PRIORITY|DELAYED|IGNORE))* INTO NAME(?: ?\\((?:NAME(?: ?, ?NAME)*)\\))? VALUES',
)

/** Whether this beginning of an INSERT is one that a dump writes: one table, without a database's name. */
export function startsPlainRows(head: string): boolean {
  return ROWS.test(head.replace(/\s+/g, ' ').trim())
}

/** Of a statement that is refused only words that are SQL's own are told, never what it holds. */
function refuse(text: string): Verdict {
  const words = /^[a-z]+(?: (?:GLOBAL|DATABASE|USER|ROLE|DATA|TABLE|SERVER|INTO|FROM)\b)?/i.exec(text)?.[0]
  return {
    do: 'refuse',
    kind: words === undefined ? 'statement that is none' : words.toUpperCase().slice(0, 40),
  }
}

function unquote(name: string): string {
  return name.startsWith('`') ? name.slice(1, -1).replaceAll('``', '`') : name
}
