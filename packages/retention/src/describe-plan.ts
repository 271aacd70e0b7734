import type { RetentionItem, RetentionPlan } from './plan-retention.ts'

export interface DescribeOptions<T extends RetentionItem> {
  /** What to call an item. @default its id */
  readonly name?: (item: T) => string
}

/**
 * A plan as lines for people, newest first: `keep    2026-11-22.sql.gz  newest proven; within 30 days`. A dry run prints
 * these, and the real run prints the same before it removes.
 */
export function describePlan<T extends RetentionItem>(
  plan: RetentionPlan<T>,
  options: DescribeOptions<T> = {},
): string[] {
  const { name = (item: T) => item.id } = options
  const rows = [
    ...plan.keep.map((decision) => ({ verb: 'keep', ...decision })),
    ...plan.remove.map((decision) => ({ verb: 'remove', ...decision })),
  ].toSorted((a, b) => b.item.at.getTime() - a.item.at.getTime())
  const width = Math.max(0, ...rows.map(({ item }) => name(item).length))
  return rows.map(
    ({ verb, item, reasons }) => `${verb.padEnd(6)}  ${name(item).padEnd(width)}  ${reasons.join('; ')}`,
  )
}
