/** What happens at one point where a process waits for something. */
export type Fault = 'fail' | 'kill' | 'abort'

/** Faults for the points that processes come to, one after the other; where none is left, all goes well. */
export interface Faults {
  /** Called at every point: returns, throws, or never returns. */
  at(point: string): Promise<void>
  /** Runs one process until it ends or is killed. */
  process<T>(act: (signal: AbortSignal) => Promise<T>): Promise<T | 'killed'>
  /** The points that were come to. */
  readonly seen: readonly string[]
}

/** `faults[n]` happens at the n-th point. */
export function faultsAt(faults: ReadonlyMap<number, Fault>): Faults {
  const seen: string[] = []
  let kill: (() => void) | undefined
  let controller = new AbortController()
  return {
    seen,
    async at(point) {
      const fault = faults.get(seen.length)
      seen.push(point)
      if (fault === 'fail') throw new Error(`failed at ${point}`)
      if (fault === 'abort') controller.abort()
      // A killed process does not go on, not even to clean up: what waits here waits for ever.
      if (fault === 'kill') {
        kill?.()
        await new Promise<never>(() => {})
      }
    },
    async process(act) {
      controller = new AbortController()
      const killed = new Promise<'killed'>((resolve) => {
        kill = () => resolve('killed')
      })
      return await Promise.race([act(controller.signal), killed])
    },
  }
}
