import Table from 'cli-table3'
import prettyBytes from 'pretty-bytes'
import { ageText } from './age.ts'
import type { ListReport } from './list.ts'
import { failureText } from './told.ts'

/** What can be restored, as two tables. */
export function listText(report: ListReport): string {
  const dumps = report.dumps.map((dump) => [
    dump.date,
    dump.proven ? 'proven' : `NOT PROVEN: ${dump.unproven ?? 'no manifest'}`,
    ageText(dump.ageSeconds),
    prettyBytes(dump.bytes),
    String(dump.tables ?? ''),
    String(dump.rows ?? ''),
  ])
  const snapshots = report.snapshots.map((snapshot) => [
    snapshot.name,
    snapshot.state,
    ageText(snapshot.ageSeconds),
    snapshot.sizeInGb === null ? '' : `${snapshot.sizeInGb} GB`,
  ])
  return [
    dumps.length === 0 ? 'no dumps' : table(['dump', 'state', 'age', 'size', 'tables', 'rows'], dumps),
    snapshots.length === 0 ? 'no snapshots' : table(['snapshot', 'state', 'age', 'disk'], snapshots),
    ...report.errors.map(failureText),
  ].join('\n')
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const out = new Table({ head: [...head], style: { head: [], border: [] } })
  out.push(...rows.map((row) => [...row]))
  return out.toString()
}
