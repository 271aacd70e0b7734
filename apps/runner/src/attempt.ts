/** What became of one tier. `done` may stand beside an error: a dump that was made, but whose pruning failed. */
export type Attempt<T> =
  | { readonly outcome: 'ok'; readonly done: T }
  | { readonly outcome: 'failed'; readonly error: unknown; readonly done?: T }
  | { readonly outcome: 'skipped' }

/** A failure after the main thing was done: carries what was done. */
export class AfterDone<T> extends Error {
  static {
    this.prototype.name = 'AfterDone'
  }
  readonly done: T
  constructor(done: T, cause: unknown) {
    super('failed after the main work was done', { cause })
    this.done = done
  }
}

/** Runs `work` and never rejects. Without work, or once `signal` was aborted, nothing is started. */
export async function attempt<T>(
  work: (() => Promise<T>) | undefined | false,
  signal: AbortSignal,
): Promise<Attempt<T>> {
  if (!work || signal.aborted) return { outcome: 'skipped' }
  try {
    return { outcome: 'ok', done: await work() }
  } catch (error) {
    const after = error instanceof AfterDone ? error : undefined
    // Whatever broke while an interruption was being cleaned up is a consequence of it.
    const why: unknown = signal.aborted ? signal.reason : (after?.cause ?? error)
    return { outcome: 'failed', error: why, ...(after && { done: after.done as T }) }
  }
}

/** What a failed removal had removed before it failed. */
export function removedDespite(error: unknown): readonly string[] {
  const removed: unknown = error instanceof Error ? Reflect.get(error, 'removed') : undefined
  return Array.isArray(removed) ? removed.filter((one) => typeof one === 'string') : []
}
