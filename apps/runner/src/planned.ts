/** A decision, or why there is none. */
export type Planned<T> =
  | { readonly plan: T; readonly error?: undefined }
  | { readonly plan?: undefined; readonly error: unknown }

/** Runs what decides, and never rejects. */
export async function planned<T>(decide: () => T | Promise<T>): Promise<Planned<T>> {
  try {
    return { plan: await decide() }
  } catch (error) {
    return { error }
  }
}

/** The decision itself, or its error thrown. */
export function orThrow<T>(decision: Planned<T>): T {
  if (decision.plan === undefined) throw decision.error
  return decision.plan
}
