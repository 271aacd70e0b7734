/** One request that a server of testkit received, as its recording keeps it. */
export interface Call {
  /** The service's own name of the operation: `UploadPart`, `CreateInstanceSnapshot`, `chat.postMessage`. */
  readonly operation: string
  /** Whether the operation can change anything at the service. */
  readonly writes: boolean
  /** Who made it: the access key id that signed it, or the first characters of a token; empty when unsigned. */
  readonly identity: string
  /** What was asked, in the service's own parameter names. Never file contents. */
  readonly input: Readonly<Record<string, unknown>>
  /** The HTTP status that was answered; 0 when the connection was cut or never answered. */
  status: number
}

/** How a server misbehaves. `applied` means: the work was done first, only the answer is wrong. */
export type Misbehaviour =
  | {
      readonly error: { readonly status: number; readonly code: string; readonly message?: string }
      readonly applied?: boolean
    }
  /** The connection is cut instead of an answer, or after so many bytes of the answer's body. */
  | { readonly cut: true; readonly applied?: boolean; readonly afterBytes?: number }
  /** Nothing is ever answered. */
  | { readonly hang: true; readonly applied?: boolean }
  | { readonly delayMs: number }

/** When a server misbehaves. */
export interface Fault {
  /** The operation's name, or `*` for every one. */
  readonly on: string
  /** The first matching call that is hit, counted from 1. @default 1 */
  readonly nth?: number
  /** How many calls are hit from then on. @default Infinity */
  readonly times?: number
  /** Narrows the calls that count. */
  readonly where?: (call: Call) => boolean
  readonly answer: Misbehaviour
}

/** A server's script of faults. The first fault that applies to a call decides. */
export interface FaultScript {
  /** Adds a fault; the function that comes back takes it out again. */
  add(fault: Fault): () => void
  clear(): void
  /** The server's side: what to do with this call, counted as seen. */
  take(call: Call): Misbehaviour | undefined
}

export function faultScript(): FaultScript {
  const entries = new Set<{ readonly fault: Fault; seen: number }>()
  return {
    add(fault) {
      const entry = { fault, seen: 0 }
      entries.add(entry)
      return () => entries.delete(entry)
    },
    clear: () => entries.clear(),
    take(call) {
      let answer: Misbehaviour | undefined
      for (const entry of entries) {
        const { on, nth = 1, times = Infinity, where } = entry.fault
        if ((on !== '*' && on !== call.operation) || (where && !where(call))) continue
        entry.seen += 1
        if (entry.seen >= nth && entry.seen < nth + times) answer ??= entry.fault.answer
      }
      return answer
    },
  }
}
