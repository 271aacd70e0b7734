import type { PruneReport } from './prune.ts'
import { failureText } from './told.ts'

/** Each backup's fate and why, a line each. */
export function pruneText(report: PruneReport): string {
  const lines = [report.dump, report.snapshot].flatMap((tier) => {
    if (tier === null) return []
    const gone = new Set(tier.removed)
    return [
      ...tier.keep.map(({ id, reasons }) => `keep    ${id}: ${reasons.join('; ')}`),
      ...tier.remove.map(
        ({ id, reasons }) => `${gone.has(id) ? 'removed' : 'remove '} ${id}: ${reasons.join('; ')}`,
      ),
      ...(tier.error ? [failureText(tier.error)] : []),
    ]
  })
  const waiting = !report.applied && lines.some((line) => line.startsWith('remove '))
  return (
    [...lines, ...(waiting ? ['Nothing was removed. With --apply, it is.'] : [])].join('\n') ||
    'nothing to prune'
  )
}
