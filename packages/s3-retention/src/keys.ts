import { S3RetentionError } from './errors.ts'

const dumpName = /^(\d{4}-\d{2}-\d{2})\.sql\.gz$/
const manifestName = /^(\d{4}-\d{2}-\d{2})\.manifest\.json$/

/** The key of a day's dump: `<prefix>YYYY-MM-DD.sql.gz`. Throws INVALID_DATE when there is no such day. */
export function dumpKey(prefix: string, date: string): string {
  return `${prefix}${realDate(date)}.sql.gz`
}

/** The key of what proves a day's dump: `<prefix>YYYY-MM-DD.manifest.json`. Throws INVALID_DATE when there is no such day. */
export function manifestKey(prefix: string, date: string): string {
  return `${prefix}${realDate(date)}.manifest.json`
}

/**
 * The date of a dump's key, `YYYY-MM-DD`; undefined for every other key. Exact: `2026-02-30.sql.gz`, `2026-11-22.sql.gz.bak`,
 * `2026-11-22.SQL.GZ` and `safety/2026-11-22.sql.gz` are other keys.
 */
export function dateOfDump(prefix: string, key: string): string | undefined {
  return dateIn(dumpName, prefix, key)
}

/** The same for a manifest's key. */
export function dateOfManifest(prefix: string, key: string): string | undefined {
  return dateIn(manifestName, prefix, key)
}

function dateIn(name: RegExp, prefix: string, key: string): string | undefined {
  const date = key.startsWith(prefix) ? name.exec(key.slice(prefix.length))?.[1] : undefined
  return date !== undefined && isRealDate(date) ? date : undefined
}

function realDate(date: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(date) && isRealDate(date)) return date
  throw new S3RetentionError('INVALID_DATE', `${JSON.stringify(date)} is not a day`, {
    hint: 'Write the day as YYYY-MM-DD, in UTC, such as 2026-11-22.',
  })
}

function isRealDate(date: string): boolean {
  const at = new Date(`${date}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(date)
}
