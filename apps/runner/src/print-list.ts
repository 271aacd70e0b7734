import Table from 'cli-table3'
import prettyBytes from 'pretty-bytes'
import { ageText } from './age.ts'
import type { ListReport } from './list.ts'

/** What can be restored, a table for each tier that the site has. */
export function listText(
  report: ListReport,
  tiers: { readonly dump: boolean; readonly snapshot: boolean },
): string {
  const dumps = report.dumps?.map((dump) => [
    dump.date,
    dump.proven ? 'proven' : `NOT PROVEN: ${dump.unproven ?? 'no manifest'}`,
    ageText(dump.ageSeconds),
    prettyBytes(dump.bytes),
    String(dump.tables ?? ''),
    String(dump.rows ?? ''),
  ])
  const snapshots = report.snapshots?.map((snapshot) => [
    snapshot.name,
    snapshot.state,
    ageText(snapshot.ageSeconds),
    snapshot.sizeInGb === null ? '' : `${snapshot.sizeInGb} GB`,
  ])
  return [
    ...(tiers.dump ? [table('dumps', ['dump', 'state', 'age', 'size', 'tables', 'rows'], dumps)] : []),
    ...(tiers.snapshot ? [table('snapshots', ['snapshot', 'state', 'age', 'disk'], snapshots)] : []),
  ].join('\n')
}

function table(
  what: string,
  head: readonly string[],
  rows: readonly (readonly string[])[] | undefined,
): string {
  if (rows === undefined) return `${what}: could not be listed`
  if (rows.length === 0) return `no ${what}`
  const out = new Table({ head: [...head], style: { head: [], border: [] } })
  out.push(...rows.map((row) => [...row]))
  return out.toString()
}
