import { quotedEnd } from './import-guard.ts'
import type { Session } from './import-session.ts'
import { classify, type ObjectType } from './inspect-statement.ts'

/** A view, trigger, routine, package or event, with what the server keeps beside its text. Plain JSON. */
export interface CodeObject {
  readonly kind: Exclude<ObjectType, 'table' | 'sequence'>
  readonly name: string
  /** The one statement that creates it, without a database's name before its own. */
  readonly create: string
  /** In which `create` holds one character for each byte, where it could not be read as Unicode. */
  readonly raw?: true
  /** As `user@host`. */
  readonly definer: string
  readonly sqlMode?: string
  /** character_set_client and collation_connection of its creation. */
  readonly charset?: string
  readonly collation?: string
  /** The database's default at its creation, where it is not the database's own. */
  readonly databaseCollation?: string
  /** Of an event. */
  readonly timeZone?: string
  /** What accounts may do with this routine alone; the server forgets it when the routine is dropped. */
  readonly grants?: readonly { readonly account: string; readonly privileges: readonly string[] }[]
  /** A view that cannot be read where it stands: something under it is gone. */
  readonly broken?: true
}

const UNICODE = new Set(['utf8', 'utf8mb3', 'utf8mb4'])

/**
 * Reads a statement that a dump holds for an object with a definer, or tells (undefined) that it is no such statement alone.
 * @param bytes as they stand in the dump, without the delimiter
 * @param definer of an object whose statement names none
 */
export function readCode(
  bytes: Uint8Array,
  session: Session,
  databaseCollation: string | undefined,
  definer: string,
): CodeObject | undefined {
  const unicode = UNICODE.has((session.charset ?? 'utf8mb4').toLowerCase())
  const text = unwrap(
    Buffer.from(bytes).toString(unicode ? 'utf8' : 'latin1'),
    !/NO_BACKSLASH_ESCAPES/i.test(session.sqlMode ?? ''),
  )
  const statement = text === undefined ? undefined : classify(text)
  if (text === undefined || statement?.kind !== 'create') return undefined
  const { type, name } = statement
  if (type === 'table' || type === 'sequence' || !unqualified(text, type)) return undefined
  const own = statement.definer
  return {
    kind: type,
    name: unicode ? name : Buffer.from(name, 'latin1').toString('utf8'),
    create:
      own === undefined
        ? text.replace(/^CREATE\s+(?:OR\s+REPLACE\s+)?/i, (all) => `${all}DEFINER=${sqlAccount(definer)} `)
        : text,
    ...(!unicode && { raw: true }),
    definer: own === undefined ? definer : own.includes('@') ? own : `${own}@%`,
    ...(session.sqlMode !== undefined && { sqlMode: session.sqlMode }),
    ...(session.charset !== undefined && { charset: session.charset }),
    ...(session.collation !== undefined && { collation: session.collation }),
    ...(databaseCollation !== undefined && { databaseCollation }),
    ...(type === 'event' && session.timeZone !== undefined && { timeZone: session.timeZone }),
  }
}

/** Takes the `/*!50003 … ` wrappers off, as they stand around the parts of such a statement; a body stays as it is. */
function unwrap(raw: string, backslashes: boolean): string | undefined {
  let text = ''
  let at = 0
  for (;;) {
    const space = /^\s*/.exec(raw.slice(at))?.[0] ?? ''
    text += space
    at += space.length
    if (at === raw.length) return text.trim()
    const wrapper = /^\/\*!(5\d{4})\s/.exec(raw.slice(at, at + 16))
    if (!wrapper) {
      // Before the text itself nothing else may stand.
      return /^(?:\/\*|--|#|\\)/.test(raw.slice(at)) ? undefined : (text + raw.slice(at)).trim()
    }
    if (Number(wrapper[1]) >= 50_700) return undefined
    at += wrapper[0].length
    if (/^(?:TRIGGER|EVENT|PROCEDURE|FUNCTION|PACKAGE)\b/i.test(raw.slice(at, at + 12))) {
      const body = raw.slice(at).trimEnd()
      return body.endsWith('*/') ? (text + body.slice(0, -2)).trim() : undefined
    }
    const close = closing(raw, at, backslashes)
    if (close < 0) return undefined
    text += `${raw.slice(at, close)} `
    at = close + 2
  }
}

function closing(raw: string, from: number, backslashes: boolean): number {
  for (let at = from; at < raw.length;) {
    const character = raw.charAt(at)
    if (character === "'" || character === '"' || character === '`') {
      at = quotedEnd(raw, at, backslashes)
      if (at < 0) return -1
    } else if (character === '*' && raw.charAt(at + 1) === '/') return at
    else if (character === '/' && raw.charAt(at + 1) === '*') return -1
    else at += 1
  }
  return -1
}

const QUOTED = '`(?:[^`]|``)*`|"(?:[^"]|"")*"'
const ACCOUNT = `(?:${QUOTED}|'[^']*'|[^\\s@'"\`]+)(?:@(?:${QUOTED}|'[^']*'|[^\\s@'"\`]+))?`
const PREFIX = `^CREATE\\s+(?:OR\\s+REPLACE\\s+)?(?:ALGORITHM\\s*=\\s*\\w+\\s+)?(?:DEFINER\\s*=\\s*${ACCOUNT}\\s+)?(?:SQL\\s+SECURITY\\s+\\w+\\s+)?(?:AGGREGATE\\s+)?`

function unqualified(text: string, type: string): boolean {
  const source = `${PREFIX}${type.replace(' ', '\\s+')}\\s+(?:IF\\s+NOT\\s+EXISTS\\s+)?(?:${QUOTED}|[\\w$\\u0080-\\uffff]+)\\s*(?=[^.\\s])`
  return new RegExp(source, 'iu').test(text)
}

/** `shop@localhost` as SQL, in quotes that every sql_mode takes. */
export function sqlAccount(account: string): string {
  const at = account.lastIndexOf('@')
  return at < 0 ? quoted(account) : `${quoted(account.slice(0, at))}@${quoted(account.slice(at + 1))}`
}

function quoted(part: string): string {
  return `\`${part.replaceAll('`', '``')}\``
}
