type Check = (value: unknown, path: string) => string[]

const fail = (path: string, expected: string): string[] => [`${path}: expected ${expected}`]
const rule =
  (expected: string, holds: (value: unknown) => boolean): Check =>
  (value, path) =>
    holds(value) ? [] : fail(path, expected)

const text = rule('a text', (value) => typeof value === 'string')
const count = rule('a whole number', (value) => Number.isSafeInteger(value) && (value as number) >= 0)
const sha256 = rule(
  '64 hexadecimal digits',
  (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value),
)
const time = rule(
  'a time as 2026-01-31T06:17:00Z',
  (value) =>
    typeof value === 'string' &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(value) &&
    !Number.isNaN(Date.parse(value)),
)

function list(item: Check): Check {
  return (value, path) =>
    Array.isArray(value)
      ? value.flatMap((one, index) => item(one, `${path}[${index}]`))
      : fail(path, 'a list')
}

function optional(check: Check): Check {
  return (value, path) => (value === undefined ? [] : check(value, path))
}

function fields(checks: Readonly<Record<string, Check>>): Check {
  return (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return fail(path, 'an object')
    return Object.entries(checks).flatMap(([name, check]) =>
      check(Reflect.get(value, name), path === '' ? name : `${path}.${name}`),
    )
  }
}

const named = { name: text, version: text }
const digest = { bytes: count, sha256 }
const manifest = fields({
  site: text,
  database: text,
  takenAt: time,
  object: fields({ key: text, ...digest }),
  sql: fields(digest),
  server: fields({ version: text }),
  client: fields({ version: text, compressor: text }),
  tables: list(fields({ name: text, rows: count, ...digest })),
  views: list(text),
  triggers: list(text),
  routines: list(
    fields({
      name: text,
      type: rule(
        'procedure, function, package or package body',
        (value) =>
          typeof value === 'string' && ['procedure', 'function', 'package', 'package body'].includes(value),
      ),
    }),
  ),
  events: list(text),
  sequences: list(text),
  longestStatementBytes: count,
  collations: list(text),
  definers: list(text),
  app: optional(fields({ kind: text, version: text, keyFingerprint: text })),
  binlog: optional(fields({ file: text, position: count })),
  tool: fields(named),
})

/** All that is wrong with a manifest, each with its dotted path; another schema alone is named, since nothing else is known of it. */
export function manifestProblems(value: unknown, schema: string): string[] {
  const wrongSchema = fields({ schema: rule(schema, (name) => name === schema) })(value, '')
  return wrongSchema.length > 0 ? wrongSchema : manifest(value, '')
}
