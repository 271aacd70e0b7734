import { SshError } from './errors.ts'

/** A signal that aborts with an SshError: TIMEOUT after a time, or ABORTED when another signal does. */
export interface Deadline {
  readonly signal: AbortSignal
  /** Lets go of the timer and of the other signal. */
  clear(): void
}

export function deadline(timeoutMs: number, host: string, outer: AbortSignal | undefined): Deadline {
  const controller = new AbortController()
  const onAbort = (): void => {
    controller.abort(new SshError('ABORTED', `connecting to ${host} was aborted`, { cause: outer?.reason }))
  }
  const timer = setTimeout(() => {
    controller.abort(
      new SshError('TIMEOUT', `${host} did not complete a connection within ${timeoutMs} ms`, {
        hint: 'Check that the host is up, that its firewall lets this machine in on that port, and that sshd answers there.',
      }),
    )
  }, timeoutMs)
  if (outer?.aborted) onAbort()
  outer?.addEventListener('abort', onAbort, { once: true })
  return {
    signal: controller.signal,
    clear() {
      clearTimeout(timer)
      outer?.removeEventListener('abort', onAbort)
    },
  }
}
