import prettyBytes from 'pretty-bytes'
import type { RunReport } from './run-report.ts'
import { failureText } from './told.ts'

function dumpText({ dump }: RunReport): string[] {
  const stored =
    dump.bytes === null
      ? []
      : [`${dump.key}, ${prettyBytes(dump.bytes)}, ${dump.tables} tables, ${dump.rows} rows, proven`]
  const planned =
    dump.outcome === 'planned' ? [`would write ${dump.key}, then remove ${dump.removed.length}`] : []
  return [
    ...stored,
    ...planned,
    ...(dump.error ? failureText(dump.error).split('\n') : []),
    ...removedText(dump),
  ]
}

function snapshotText({ snapshot }: RunReport): string[] {
  const taken = snapshot.state === null ? [] : [`${snapshot.name}, ${snapshot.state}`]
  const planned =
    snapshot.outcome === 'planned'
      ? [`would see that there is ${snapshot.name}, then remove ${snapshot.removed.length}`]
      : []
  return [
    ...taken,
    ...planned,
    ...(snapshot.error ? failureText(snapshot.error).split('\n') : []),
    ...removedText(snapshot),
  ]
}

const removedText = (tier: { readonly outcome: string; readonly removed: readonly string[] }): string[] =>
  tier.outcome === 'planned' || tier.removed.length === 0 ? [] : [`removed ${tier.removed.join(', ')}`]

/** The report for people: each tier, and who was told. */
export function printRun(report: RunReport): string {
  const rows: [string, string[]][] = [
    ['dump', report.dump.outcome === 'skipped' ? [] : dumpText(report)],
    ['snapshot', report.snapshot.outcome === 'skipped' ? [] : snapshotText(report)],
    [
      'told',
      report.notifications.map(({ channel, delivered, error }) =>
        delivered ? channel : `${channel} NOT DELIVERED: ${error?.code ?? ''} ${error?.message ?? ''}`,
      ),
    ],
  ]
  const lines = rows.flatMap(([name, texts]) =>
    texts.map((text, index) => `  ${(index === 0 ? name : '').padEnd(10)}${text}`),
  )
  return [`${report.site}: ${report.dryRun ? 'dry run, ' : ''}${report.outcome}`, ...lines].join('\n')
}

// Nothing of it is to be read as a table's end, a link, an image, a mention or HTML.
const cell = (text: string): string =>
  text
    .replaceAll(/\s+/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[\\`*_[\]!|@~]/g, (character) => `&#${character.charCodeAt(0)};`)

/** The report as a table for the job's summary page. */
export function runSummary(report: RunReport): string {
  const rows = (
    [
      ['dump', report.dump.outcome, dumpText(report)],
      ['snapshot', report.snapshot.outcome, snapshotText(report)],
    ] as const
  ).map(([name, outcome, texts]) => `| ${name} | ${outcome} | ${cell(texts.join('; '))} |`)
  return [
    `### ${cell(report.site)}: ${report.dryRun ? 'dry run, ' : ''}${report.outcome}`,
    '',
    '| tier | outcome | |',
    '|---|---|---|',
    ...rows,
  ].join('\n')
}
