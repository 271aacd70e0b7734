import type { Readable, Writable } from 'node:stream'
import type { SshErrorCode } from './errors.ts'

/** How a command ended. Only `exited` with 0 is a success. */
export type Ending =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signalled'; readonly signal: string }
  /** It is over, and nobody said how. */
  | { readonly kind: 'unknown' }
  | Loss

/** The connection went away under the command. */
export interface Loss {
  readonly kind: 'lost'
  readonly code: Extract<SshErrorCode, 'CONNECTION_LOST' | 'CLOSED'>
  /** What was seen: `ECONNRESET`, `closed by the other side`. */
  readonly reason: string
  readonly cause?: unknown
}

/** A command that was started, remote or local. Its streams never emit an 'error' that nobody hears. */
export interface Running {
  readonly stdin: Writable
  readonly stdout: Readable
  readonly stderr: Readable
  /** Settles once the command is over and all of stdout and stderr was consumed, or the connection is lost. Never rejects. */
  readonly ended: Promise<Ending>
  /** Ends the command and lets go of its streams. */
  kill(): void
}

/** Where commands run: all that a shell needs to know of it. */
export interface Place {
  /** As errors name it: `admin@54.146.13.200:22`. */
  readonly host: string
  /** Rejects with an SshError when the command cannot be started. */
  start(command: string, name: string): Promise<Running>
}
