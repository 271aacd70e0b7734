import type { PruneReport } from './prune.ts'

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
    ]
  })
  const due = lines.some((line) => line.startsWith('remove '))
  const last = due ? 'Nothing was removed. With --apply, it is.' : 'Nothing to remove.'
  return [...lines, ...(report.applied ? [] : [last])].join('\n')
}
