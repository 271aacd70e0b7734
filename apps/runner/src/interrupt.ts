/** Why a run was cut short: somebody, or GitHub, asked it to stop. */
export class Interrupted extends Error {
  static {
    this.prototype.name = 'Interrupted'
  }
  readonly code = 'INTERRUPTED'
  readonly hint = 'Nothing is half done: run it again.'
  readonly by: 'SIGINT' | 'SIGTERM'
  constructor(by: 'SIGINT' | 'SIGTERM') {
    super(`interrupted by ${by}`)
    this.by = by
  }
}

/** How long a run may clean up after a signal. GitHub kills 7.5 s after SIGINT; the contract says 5 s. */
export const CLEAN_UP_MS = 4_600
const LAST_CALL_MS = 800

export interface Interrupt extends Disposable {
  readonly signal: AbortSignal
  readonly caught: Interrupted | undefined
  /** Aborts shortly before the time to clean up is over: what still wants to be said must have been said by then. */
  readonly lastCall: AbortSignal
}

/**
 * Turns the first SIGINT or SIGTERM into an abort, and ends the process when cleaning up takes too long or a second signal
 * comes. `exit` is called with 130 or 143.
 */
export function catchInterrupt(exit: (code: number) => void): Interrupt {
  const controller = new AbortController()
  let caught: Interrupted | undefined
  const lastCall = new AbortController()
  const on = (by: 'SIGINT' | 'SIGTERM') => (): void => {
    const code = by === 'SIGINT' ? 130 : 143
    if (caught) return exit(code)
    caught = new Interrupted(by)
    setTimeout(() => lastCall.abort(caught), CLEAN_UP_MS - LAST_CALL_MS).unref()
    setTimeout(() => exit(code), CLEAN_UP_MS).unref()
    controller.abort(caught)
  }
  const handlers = { SIGINT: on('SIGINT'), SIGTERM: on('SIGTERM') }
  process.on('SIGINT', handlers.SIGINT).on('SIGTERM', handlers.SIGTERM)
  return {
    signal: controller.signal,
    get caught() {
      return caught
    },
    lastCall: lastCall.signal,
    [Symbol.dispose]() {
      process.off('SIGINT', handlers.SIGINT).off('SIGTERM', handlers.SIGTERM)
    },
  }
}
