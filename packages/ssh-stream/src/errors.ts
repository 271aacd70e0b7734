/** Why a command or a connection failed. */
export type SshErrorCode =
  | 'ABORTED'
  | 'AUTH_FAILED'
  | 'BAD_PRIVATE_KEY'
  | 'CLOSED'
  | 'CONNECTION_LOST'
  | 'CONNECT_FAILED'
  | 'EXIT_NONZERO'
  | 'EXIT_UNKNOWN'
  | 'HOST_KEYS_INVALID'
  | 'HOST_KEYS_MISSING'
  | 'HOST_KEY_MISMATCH'
  | 'IDLE'
  | 'INPUT_UNREAD'
  | 'KILLED'
  | 'OUTPUT_TOO_LARGE'
  | 'START_FAILED'
  | 'TIMEOUT'

/** What is known beside the message. */
export interface SshErrorOptions {
  readonly hint?: string | undefined
  readonly cause?: unknown
  readonly exitCode?: number
  readonly signal?: string
  readonly stderr?: string
}

/** The one error of this package. No key and no `input` is ever in it; what the far side printed may be. */
export class SshError extends Error {
  static {
    this.prototype.name = 'SshError'
  }
  readonly code: SshErrorCode
  /** What to do about it, in one sentence. */
  readonly hint: string | undefined
  /** The command's exit code, for EXIT_NONZERO. */
  readonly exitCode: number | undefined
  /** The signal that ended the command, for KILLED: `SIGKILL`. */
  readonly signal: string | undefined
  /** The last 16 KiB that the command wrote to stderr, as it wrote them. */
  readonly stderr: string

  constructor(code: SshErrorCode, message: string, options: SshErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.hint = options.hint
    this.exitCode = options.exitCode
    this.signal = options.signal
    this.stderr = options.stderr ?? ''
  }
}
