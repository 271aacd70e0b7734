import { decide, type Decided } from './decided.ts'
import { RetentionError } from './errors.ts'
import { type RetentionPolicy, type Rule, ruleOf } from './policy.ts'

const dayMs = 86_400_000

/** Something dated that can be kept or removed. */
export interface RetentionItem {
  /** Unique among the items of one plan. */
  readonly id: string
  /** When it was made. */
  readonly at: Date
  /** Whether it could be restored from: a proven dump, an available snapshot. Only sound items count towards anything. */
  readonly sound: boolean
  /** Why it must not be removed whatever the policy says, such as `still being made`. */
  readonly held?: string | undefined
}

/** One item's fate, and why, in short sentences for people. Never without a reason. */
export interface Decision<T extends RetentionItem> {
  readonly item: T
  readonly reasons: readonly string[]
}

/** What stays and what goes, each newest first. Frozen; only `planRetention` makes one. */
export interface RetentionPlan<T extends RetentionItem> extends Decided {
  readonly keep: readonly Decision<T>[]
  readonly remove: readonly Decision<T>[]
  /** The newest sound item (not one of the future), on which all removal rests. Always among `keep`. */
  readonly newest: T | undefined
}

export interface PlanOptions {
  /** What a sound item is called in reasons. @default 'proven' */
  readonly soundName?: string
}

/**
 * Decides which items to keep and which to remove. Pure: the order of `items` does not matter, and nothing is changed.
 *
 * An item goes only when the policy lets it (see `RetentionPolicy`) and at least one newer sound item exists; so the newest
 * sound item always stays, and without a sound item nothing goes. Unsound items follow the same rule, but count for nothing:
 * their presence never changes what happens to another. Held items stay. Items dated more than a day after `now` (a wrong
 * clock) stay, and count for nothing either. Of items dated alike none is newer than the other.
 *
 * Throws EMPTY_POLICY, INVALID_POLICY, INVALID_ITEM, INVALID_TIME or DUPLICATE_ID.
 */
export function planRetention<T extends RetentionItem>(
  items: readonly T[],
  policy: RetentionPolicy,
  now: Date,
  options: PlanOptions = {},
): RetentionPlan<T> {
  const rule = ruleOf(policy)
  if (!isTime(now)) throw new RetentionError('INVALID_TIME', `\`now\` is ${String(now)}, not a time`)
  checkItems(items)

  const soundTimes = items
    .filter((item) => item.sound && !isAhead(item, now))
    .map((item) => item.at.getTime())
    .toSorted((a, b) => b - a)
  const { soundName = 'proven' } = options

  const keep: Decision<T>[] = []
  const remove: Decision<T>[] = []
  for (const item of items.toSorted(newestFirst)) {
    const newer = countNewer(soundTimes, item.at.getTime())
    const reasons = reasonsToKeep(item, newer, rule, now, soundName)
    if (reasons.length > 0) keep.push({ item, reasons })
    else remove.push({ item, reasons: reasonsToRemove(item, newer, rule, soundName) })
  }
  const newest = keep.find(({ item }) => item.sound && !isAhead(item, now))?.item
  return decide({ keep, remove, newest })
}

/** `newer`: how many sound items are newer than this one. An item goes when this finds no reason. */
function reasonsToKeep(
  item: RetentionItem,
  newer: number,
  rule: Rule,
  now: Date,
  soundName: string,
): string[] {
  const reasons: string[] = []
  if (item.held !== undefined) reasons.push(item.held === '' ? 'held' : item.held)
  // A run lasts, and clocks differ by seconds: what is dated a little ahead was made just now.
  if (isAhead(item, now)) return [...reasons, 'dated in the future: one of the clocks is wrong']
  // Whatever the policy says: the newest sound one, and what is newer still, stays.
  if (newer === 0) reasons.push(item.sound ? `newest ${soundName}` : `no newer ${soundName} one exists`)
  // Calendar days, so that the hour of a run changes nothing. Never sooner than so many times 24 hours.
  if (dayOf(now) - dayOf(item.at) <= rule.olderThanDays)
    reasons.push(`within ${count(rule.olderThanDays, 'day')}`)
  if (newer < rule.newerSound && rule.newerSound > 1) {
    if (item.sound) reasons.push(`one of the newest ${rule.newerSound} ${soundName}`)
    else if (newer > 0) reasons.push(`only ${newer} of ${rule.newerSound} newer ${soundName} ones exist`)
  }
  return reasons
}

function reasonsToRemove(item: RetentionItem, newer: number, rule: Rule, soundName: string): string[] {
  const enough = `${newer} newer ${soundName} ${newer === 1 ? 'one exists' : 'ones exist'}`
  const why =
    rule.olderThanDays < 0 ? enough : `older than ${count(rule.olderThanDays, 'day')}, and ${enough}`
  return item.sound ? [why] : [`not ${soundName}`, why]
}

function checkItems(items: readonly RetentionItem[]): void {
  const ids = new Set<string>()
  for (const { id, at, sound } of items) {
    // `sound: 'false'` would count as sound: callers without types are checked too.
    if (typeof id !== 'string' || id === '' || typeof sound !== 'boolean') {
      throw new RetentionError('INVALID_ITEM', `an item has ${JSON.stringify({ id, sound })}`, {
        hint: 'Give every item a text `id`, and `sound` as true or false.',
      })
    }
    if (!isTime(at)) throw new RetentionError('INVALID_TIME', `${id} is dated ${String(at)}, not a time`)
    if (ids.has(id)) {
      throw new RetentionError('DUPLICATE_ID', `two items have the id ${id}`, {
        hint: 'List again: a list that names something twice cannot be trusted.',
      })
    }
    ids.add(id)
  }
}

/** How many of these times, newest first, are after `time`. */
function countNewer(times: readonly number[], time: number): number {
  const found = times.findIndex((other) => other <= time)
  return found === -1 ? times.length : found
}

function newestFirst(a: RetentionItem, b: RetentionItem): number {
  return b.at.getTime() - a.at.getTime() || (a.id < b.id ? -1 : 1)
}

function isAhead(item: RetentionItem, now: Date): boolean {
  return item.at.getTime() - now.getTime() > dayMs
}

function isTime(value: Date): boolean {
  return value instanceof Date && !Number.isNaN(value.getTime())
}

function dayOf(date: Date): number {
  return Math.floor(date.getTime() / dayMs)
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`
}
