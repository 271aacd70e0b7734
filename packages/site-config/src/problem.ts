import type { z } from 'zod'
import { knownKeys } from './json-schema.ts'
import { nearestKey } from './nearest-key.ts'

/** One thing that is wrong with a configuration file. */
export interface Problem {
  /** Where: `sites.freescout.database.password`. Empty for the file as a whole. */
  readonly path: string
  readonly expected: string
  /** What is there; absent where that is, or may be, a secret. */
  readonly found?: string
  /** The line of the file, from 1. */
  readonly line?: number
}

/** A problem before its path is written out. */
export interface Finding {
  readonly path: readonly PropertyKey[]
  readonly expected: string
  readonly found?: string
}

type Issue = z.core.$ZodIssue

/** What the schema found, in the words of the report: one finding for each field. */
export function findings(issues: readonly Issue[], document: unknown): Finding[] {
  return issues.flatMap((issue): Finding[] => {
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(issue.path, key))
    if (issue.code === 'invalid_key') {
      return [{ path: issue.path, expected: issue.issues[0]?.message ?? issue.message }]
    }
    const branch =
      issue.code === 'invalid_union' ? likeliest(issue.errors, at(document, issue.path)) : undefined
    if (!branch) return [leaf(issue, document)]
    return findings(
      branch.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })),
      document,
    )
  })
}

// Of a union of mappings, the one that the author seems to have meant: the one that knows most of the keys.
function likeliest(branches: readonly (readonly Issue[])[], value: unknown): readonly Issue[] | undefined {
  if (!isMapping(value)) return undefined
  const unknown = (issues: readonly Issue[]): number =>
    issues.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 0), 0)
  return branches
    .filter(
      (issues) => !issues.some((issue) => issue.path.length === 0 && issue.code !== 'unrecognized_keys'),
    )
    .toSorted((a, b) => unknown(a) - unknown(b))[0]
}

function unknownKey(path: readonly PropertyKey[], key: string): Finding {
  const known = knownKeys(path)
  const near = nearestKey(key, known)
  const expected = near ? `a known key: did you mean \`${near}\`?` : `a known key: ${known.join(', ')}`
  return { path: [...path, key], expected }
}

function leaf(issue: Issue, document: unknown): Finding {
  const found = describe(issue, at(document, issue.path))
  return { path: issue.path, expected: issue.message, ...(found === undefined ? {} : { found }) }
}

const SECRETIVE = new Set<PropertyKey>(['password', 'privateKey', 'token', 'admin', 'webhook', 'heartbeat'])
// Slack's tokens, AWS's keys, keys in PEM, a user with a password.
const SECRETLIKE = /xox[a-z]-|xapp-|AKIA|ASIA|BEGIN|:.*@/i
const SECTIONS = new Set(['object', 'array', 'record'])

function describe(issue: Issue, value: unknown): string | undefined {
  if (value === undefined || value === null) return 'nothing'
  if (issue.path.some((segment) => SECRETIVE.has(segment))) return undefined
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a mapping'
  // Text in the place of a section may be anything: a connection string with its password, a webhook's address.
  const section =
    (issue.code === 'invalid_type' && SECTIONS.has(issue.expected)) || issue.path.at(-1) === 'host'
  if (section) return typeof value === 'string' ? 'text' : `a ${typeof value}`
  if (typeof value !== 'string') return shorten(JSON.stringify(value))
  // A secret may have slipped into any field. Short and plain words are shown, and what is wrong with them can be seen.
  return /^[\w./:~*-]{0,24}$/.test(value) && !SECRETLIKE.test(value) ? JSON.stringify(value) : 'another text'
}

function isMapping(value: unknown): value is Readonly<Record<PropertyKey, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function at(document: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Readonly<Record<PropertyKey, unknown>>)[key]
        : undefined,
    document,
  )
}

/** Writes a path with dots; a key that is not a plain word is quoted, so that it cannot garble a terminal. */
export function dotted(path: readonly PropertyKey[]): string {
  return path
    .map(String)
    .map((key) => shorten(/^[\w$-]+$/.test(key) ? key : JSON.stringify(key)))
    .join('.')
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}
