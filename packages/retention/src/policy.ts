import { RetentionError } from './errors.ts'

/**
 * How much to keep.
 *
 * - `{ days, atLeast }`: an item may go when it is older than `days` (UTC calendar days) *and* at least `atLeast` newer
 *   sound ones exist.
 * - `{ last }`: the newest `last` sound ones stay; an item may go when `last` newer sound ones exist.
 *
 * All are whole numbers, 0 or more. Whatever they say, the newest sound item stays.
 */
export type RetentionPolicy = { readonly days: number; readonly atLeast: number } | { readonly last: number }

/** A policy as one rule: `olderThanDays` is -1 where age does not matter; `newerSound` may be 0. */
export interface Rule {
  readonly olderThanDays: number
  readonly newerSound: number
}

const example = 'Write the policy as { days: 30, atLeast: 7 } or { last: 7 }.'

/** Checks a policy and brings both forms to one rule. Throws EMPTY_POLICY or INVALID_POLICY. */
export function ruleOf(policy: RetentionPolicy): Rule {
  if (typeof policy !== 'object' || policy === null) {
    throw new RetentionError('INVALID_POLICY', `the retention policy is ${String(policy)}`, { hint: example })
  }
  // A field too many is a policy that somebody understood differently from us, so it decides nothing.
  const fields = Object.keys(policy).toSorted().join(', ')
  if (fields !== 'atLeast, days' && fields !== 'last') {
    throw new RetentionError('INVALID_POLICY', `a retention policy cannot have the fields {${fields}}`, {
      hint: example,
    })
  }
  for (const [name, value] of Object.entries(policy)) {
    if (Number.isSafeInteger(value) && value >= 0) continue
    throw new RetentionError('INVALID_POLICY', `the retention policy's \`${name}\` is ${String(value)}`, {
      hint: `Give \`${name}\` a whole number, 1 or more.`,
    })
  }
  if ('last' in policy ? policy.last === 0 : policy.days === 0 && policy.atLeast === 0) {
    throw new RetentionError('EMPTY_POLICY', `the retention policy ${JSON.stringify(policy)} keeps nothing`, {
      hint: 'Keep at least one: a policy may not remove every backup.',
    })
  }
  return 'last' in policy
    ? { olderThanDays: -1, newerSound: policy.last }
    : { olderThanDays: policy.days, newerSound: policy.atLeast }
}
