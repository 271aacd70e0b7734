/** What kind of object a CREATE statement makes. */
export type ObjectType =
  | 'table'
  | 'view'
  | 'trigger'
  | 'procedure'
  | 'function'
  | 'package'
  | 'package body'
  | 'event'
  | 'sequence'

/** What a statement is about, as far as a dump's facts go. */
export type Statement =
  | { readonly kind: 'rows'; readonly table: string }
  | {
      readonly kind: 'create'
      readonly type: ObjectType
      readonly name: string
      readonly definer: string | undefined
    }
  | { readonly kind: 'use'; readonly database: string }
  | { readonly kind: 'names'; readonly charset: string }
  | { readonly kind: 'other' }

const QUOTED = '`[^`]*(?:``[^`]*)*`|"[^"]*(?:""[^"]*)*"'
const NAME = `${QUOTED}|[^\\s(.;\`"]+`
const QUALIFIED = `(?:(?:${NAME})\\s*\\.\\s*)?(${NAME})`
const ACCOUNT_PART = `${QUOTED}|'[^']*(?:''[^']*)*'|[^\\s@'"\`]+`
const ROWS = new RegExp(
  `^(?:INSERT|REPLACE)\\s+(?:(?:LOW_PRIORITY|HIGH_PRIORITY|DELAYED|IGNORE)\\s+)*(?:INTO\\s+)?${QUALIFIED}`,
  'i',
)
const DEFINER = new RegExp(`DEFINER\\s*=\\s*(${ACCOUNT_PART})(?:@(${ACCOUNT_PART}))?\\s+`, 'iy')
const PREFIX =
  /(?:OR\s+REPLACE|TEMPORARY|AGGREGATE|ALGORITHM\s*=\s*\w+|SQL\s+SECURITY\s+(?:DEFINER|INVOKER))\s+/iy
const TYPE = new RegExp(
  '(TABLE|VIEW|TRIGGER|PROCEDURE|FUNCTION|PACKAGE\\s+BODY|PACKAGE|EVENT|SEQUENCE)\\s+' +
    `(?:IF\\s+NOT\\s+EXISTS\\s+)?${QUALIFIED}`,
  'iy',
)
const USE = new RegExp(`^USE\\s+(${NAME})`, 'i')
const NAMES = /^SET\s+NAMES\s+['"]?(\w+)/i

/** Reads the head of a statement, as `scanSql` gives it. */
export function classify(head: string): Statement {
  const first = head.charAt(0).toUpperCase()
  if (first === 'C') return classifyCreate(head)
  if (first === 'I' || first === 'R') {
    const table = ROWS.exec(head)?.[1]
    return table === undefined ? { kind: 'other' } : { kind: 'rows', table: unquote(table) }
  }
  const database = USE.exec(head)?.[1]
  if (database !== undefined) return { kind: 'use', database: unquote(database) }
  const charset = NAMES.exec(head)?.[1]
  return charset === undefined ? { kind: 'other' } : { kind: 'names', charset: charset.toLowerCase() }
}

function classifyCreate(head: string): Statement {
  const create = /^CREATE\s+/i.exec(head)
  if (!create) return { kind: 'other' }
  let at = create[0].length
  let definer: string | undefined
  for (;;) {
    DEFINER.lastIndex = PREFIX.lastIndex = at
    const account = DEFINER.exec(head)
    if (account?.[1]) {
      definer = unquote(account[1]) + (account[2] === undefined ? '' : `@${unquote(account[2])}`)
    }
    const prefix = account ?? PREFIX.exec(head)
    if (!prefix) break
    at += prefix[0].length
  }
  TYPE.lastIndex = at
  const found = TYPE.exec(head)
  if (!found?.[1] || found[2] === undefined) return { kind: 'other' }
  const type = found[1].toLowerCase().replace(/\s+/, ' ') as ObjectType
  return { kind: 'create', type, name: unquote(found[2]), definer }
}

const COLLATION = new RegExp(
  `${QUOTED}|'[^'\\\\]*(?:\\\\.[^'\\\\]*)*'|\\bCOLLATE\\s*=?\\s*(\\w+)|\\bcollation_connection\\s*=\\s*(\\w+)`,
  'gis',
)

/** The collations that a statement names, outside of its strings. */
export function collationsIn(head: string): string[] {
  if (!/collat/i.test(head)) return []
  return [...head.matchAll(COLLATION)]
    .map((found) => found[1] ?? found[2] ?? '')
    .filter((name) => name !== '')
}

function unquote(name: string): string {
  const quote = name.charAt(0)
  if (!'`"\''.includes(quote)) return name
  return name.slice(1, -1).replaceAll(quote + quote, quote)
}
