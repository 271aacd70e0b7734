import { LightsailError } from './errors.ts'

/** The error of work that its signal ended: the signal's own, if a time limit of this package gave it, else ABORTED. */
export function stopped(signal: AbortSignal, doing: string): LightsailError {
  const reason: unknown = signal.reason
  if (reason instanceof LightsailError) return reason
  return new LightsailError('ABORTED', `interrupted while it was to ${doing}`, { cause: reason })
}

/** A signal that also ends after `timeoutMs`, with the error that `late` then makes. `lift` takes the timer back. */
export function timeLimit(
  signal: AbortSignal | undefined,
  timeoutMs: number,
  late: () => LightsailError,
): { readonly signal: AbortSignal; lift(): void } {
  const limit = new AbortController()
  const timer = setTimeout(() => limit.abort(late()), timeoutMs)
  return {
    signal: signal ? AbortSignal.any([signal, limit.signal]) : limit.signal,
    lift: () => clearTimeout(timer),
  }
}
