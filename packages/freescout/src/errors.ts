/** Why something around FreeScout could not be done. */
export type FreescoutErrorCode =
  | 'APP_BUSY'
  | 'APP_MISSING'
  | 'BAD_OPTION'
  | 'CACHE_NOT_CLEARED'
  | 'ENV_INVALID'
  | 'ENV_MISSING'
  | 'ENV_UNREADABLE'
  | 'KEY_MISSING'
  | 'LOCKED'
  | 'NOT_WRITTEN'
  | 'PASSWORD_MISSING'
  | 'SERVICE_START'
  | 'SERVICE_STOP'
  | 'SERVICE_UNKNOWN'
  | 'SUDO_REFUSED'
  | 'UNEXPECTED_OUTPUT'
  | 'VERSION_UNKNOWN'
  | 'WRITERS_LEFT'

/** The one error of this package. Nothing of `.env` but names of variables is ever in it. */
export class FreescoutError extends Error {
  static {
    this.prototype.name = 'FreescoutError'
  }
  readonly code: FreescoutErrorCode
  /** What to do about it, in one sentence. */
  readonly hint: string | undefined

  constructor(
    code: FreescoutErrorCode,
    message: string,
    options: { readonly hint?: string; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.hint = options.hint
  }
}
