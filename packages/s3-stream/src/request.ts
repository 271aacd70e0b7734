import { S3Error } from './errors.ts'
import { answered, explain } from './explain.ts'
import { type ObjectStore, urlOf } from './object-store.ts'

/** The error of something that was interrupted from outside. */
export function interrupted(signal: AbortSignal, what: string): S3Error {
  return new S3Error('ABORTED', `${what} was interrupted`, { cause: signal.reason })
}

/**
 * Sends one request, abortable, and explains its failure. `send` is given what the SDK's own `send` takes as options.
 * The SDK retries by itself; nothing is retried here.
 */
export async function request<T>(
  operation: string,
  store: ObjectStore,
  key: string,
  signal: AbortSignal | undefined,
  send: (options: { abortSignal?: AbortSignal }) => Promise<T>,
): Promise<T> {
  const what = `${operation} of ${urlOf(store, key)}`
  if (signal?.aborted) throw interrupted(signal, what)
  try {
    return await send(signal ? { abortSignal: signal } : {})
  } catch (error) {
    // A signal of AbortSignal.timeout is this package's own limit, not somebody's wish to stop.
    if (signal?.aborted && answered(signal.reason).name !== 'TimeoutError') throw interrupted(signal, what)
    throw explain(signal?.aborted ? signal.reason : error, operation, store, key)
  }
}

/** Does `work` with a signal that follows `signal`, but not before `graceMs` have passed since. */
export async function withGrace<T>(
  signal: AbortSignal,
  graceMs: number,
  work: (late: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const start = (): void => {
    if (graceMs === 0) late.abort(signal.reason)
    else timer = setTimeout(() => late.abort(signal.reason), graceMs)
  }
  if (signal.aborted) start()
  else signal.addEventListener('abort', start, { once: true })
  try {
    return await work(late.signal)
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', start)
  }
}

/** Settles as `work` does, but at the latest when `signal` is aborted, with its reason. */
export async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const onAbort = (): void => reject(signal.reason)
  if (signal.aborted) onAbort()
  else signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
