import type { Problem } from './problem.ts'

/** Anything that stands between a configuration file and the secrets it names. No message holds the value of a secret. */
export class ConfigError extends Error {
  static {
    this.prototype.name = 'ConfigError'
  }

  readonly code:
    | 'INVALID_CONFIG'
    | 'UNKNOWN_SITE'
    | 'SITE_REQUIRED'
    | 'HOST_KEYS_MISSING'
    | 'SECRET_MISSING'
    | 'SECRET_UNREADABLE'
    | 'PARAMETER_NOT_FOUND'
    | 'PARAMETER_DENIED'
    | 'PARAMETER_UNREADABLE'
  /** One imperative sentence for the person on call. */
  readonly hint: string | undefined
  /** Every problem of the file; empty but for `INVALID_CONFIG`. */
  readonly problems: readonly Problem[]

  constructor(
    code: ConfigError['code'],
    message: string,
    options: {
      readonly hint?: string
      readonly cause?: unknown
      readonly problems?: readonly Problem[]
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.hint = options.hint
    this.problems = options.problems ?? []
  }
}
