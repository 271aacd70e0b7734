declare const decided: unique symbol

/** The mark that only `planRetention` can put on a plan. */
export interface Decided {
  readonly [decided]: true
}

const plans = new WeakSet<object>()

/** Freezes a plan through and marks it as decided. Not exported from the package: this is what cannot be forged. */
export function decide<P extends { readonly keep: readonly object[]; readonly remove: readonly object[] }>(
  plan: P,
): P & Decided {
  for (const list of [plan.keep, plan.remove]) {
    for (const entry of list) Object.freeze(entry)
    Object.freeze(list)
  }
  Object.freeze(plan)
  plans.add(plan)
  return plan as P & Decided
}

/**
 * Whether this very object came out of `planRetention`, of this copy of the package. What removes things asks this at run
 * time, so that a plan written by hand, copied, or read from a file removes nothing.
 */
export function isRetentionPlan(value: unknown): boolean {
  return typeof value === 'object' && value !== null && plans.has(value)
}
