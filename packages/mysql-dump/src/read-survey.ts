import type { Database } from './database.ts'
import { MysqlDumpError } from './errors.ts'
import { missingPrivileges } from './missing-privileges.ts'
import { readGrants } from './privileges.ts'
import type { Survey } from './survey.ts'

// The host's own word ends up in a script.
const MAKERS_OF_GZIP: ReadonlySet<string> = new Set(['igzip', 'pigz', 'gzip'])

/** Reads what `surveyScript` printed. An answer without its last line is no answer (SURVEY_FAILED). */
export function readSurvey(text: string, database: Database): Survey {
  const { facts, rows } = split(text)
  const [version = '', packet = '', logBin = '', user = '', timeout = '', collation = ''] =
    rows.get('raxx:server')?.[0] ?? []
  const counts = (rows.get('raxx:counts')?.[0] ?? []).map(Number)
  const [triggers = 0, events = 0, sequenceDefaults = 0, transactionVersioned = 0] = counts
  const command = facts.get('raxx:dump')?.[0]
  const [name, path, level] = facts.get('raxx:compressor')?.[0]?.split(' ') ?? []
  if (!rows.has('raxx:end') || !command || !MAKERS_OF_GZIP.has(name ?? '') || !name || !path || !level) {
    throw new MysqlDumpError('SURVEY_FAILED', `the survey of ${database.name} was not answered to its end`, {
      hint: 'Look whether a login script on the host prints or changes something, and run again.',
    })
  }
  const flags = facts.get('raxx:flag') ?? []
  const tables = (rows.get('raxx:tables') ?? []).filter(([type]) => type !== 'SEQUENCE')
  const views = rows.get('raxx:views') ?? []
  const routines = rows.get('raxx:routines') ?? []
  const brokenViews = views.flatMap(([comment = '', view = '']) =>
    comment === 'VIEW' || comment === '' ? [] : [{ name: view, why: comment }],
  )
  const snapshotFile = rows.get('raxx:binlog')?.[0]?.[1]
  return {
    client: { command, version: facts.get('raxx:version')?.[0]?.replace(/^\S*\//, '') ?? '', flags },
    compressor: { name, path, level, command: `${name} ${level}` },
    server: { version },
    collation,
    dataBytes: tables.reduce((sum, [, bytes]) => sum + Number(bytes), 0),
    tables: tables.length,
    views: views.length,
    triggers,
    routines: routines.length,
    events,
    sequences: (rows.get('raxx:tables') ?? []).length - tables.length,
    nonTransactional: tables.flatMap(([, , transactions, table = '']) =>
      transactions === 'YES' ? [] : [table],
    ),
    brokenViews,
    floatColumns: (rows.get('raxx:floats') ?? []).map(([column = '']) => column),
    brokenEvents: (rows.get('raxx:events') ?? []).map(([event = '']) => event),
    maxAllowedPacket: Number(packet),
    netWriteTimeoutSeconds: Number(timeout),
    binlog: logBin === '1' && Boolean(snapshotFile) && flags.includes('master-data'),
    // Rows of tables that are versioned by transaction, not by time, cannot be given back their history.
    history:
      tables.some(([type]) => type === 'SYSTEM VERSIONED') &&
      transactionVersioned === 0 &&
      flags.includes('dump-history') &&
      takesHistory(version),
    sequenceDefaults: sequenceDefaults > 0,
    missing: missingPrivileges(database.name, {
      grants: readGrants((rows.get('raxx:grants') ?? []).map(([line = '']) => line)),
      routines: routines.map(([type = '', hidden, definer = '', routine = '']) => ({
        type,
        name: routine,
        definer,
        readable: hidden === '0',
      })),
      user,
      serverVersion: version,
      brokenViews: brokenViews.length > 0,
    }),
  }
}

// system_versioning_insert_history came with MariaDB 10.11.
function takesHistory(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10))
  return /mariadb/i.test(version) && (major > 10 || (major === 10 && minor >= 11))
}

// Before the SQL's answer, `raxx:name value` lines; then rows, under `raxx:name` or beside it.
function split(text: string): { facts: Map<string, string[]>; rows: Map<string, string[][]> } {
  const facts = new Map<string, string[]>()
  const rows = new Map<string, string[][]>()
  let current: string[][] | undefined
  for (const line of text.split('\n')) {
    const fact = rows.size === 0 ? /^(raxx:\w+) (.*)$/.exec(line) : undefined
    if (fact) {
      const [, name = '', value = ''] = fact
      facts.set(name, [...(facts.get(name) ?? []), value])
      continue
    }
    const [first = '', ...fields] = line.split('\t').map(unescape)
    if (/^raxx:\w+$/.test(first)) rows.set(first, (current = fields.length > 0 ? [fields] : []))
    else if (line !== '') current?.push([first, ...fields])
  }
  return { facts, rows }
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', '0': '\0', '\\': '\\' }

function unescape(field: string): string {
  return field.replace(/\\([nt0\\])/g, (_, character: string) => ESCAPES[character] ?? character)
}
