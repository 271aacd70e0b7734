/** What went wrong, for programs. The README lists what each means and what to do. */
export type JournalErrorCode =
  | 'INVALID_STEPS'
  | 'INVALID_OPTIONS'
  | 'NOT_JSON'
  | 'JOURNAL_EXISTS'
  | 'JOURNAL_MISSING'
  | 'JOURNAL_INVALID'
  | 'JOURNAL_UNREADABLE'
  | 'JOURNAL_UNWRITABLE'
  | 'JOURNAL_CONFLICT'
  | 'STEPS_DIFFER'
  | 'SUPERSEDED'
  | 'UNSETTLED'
  | 'FINISHED'
  | 'INTERRUPTED'

/** A record that cannot be used, or that could not be kept. What a step throws is never wrapped in it. */
export class JournalError extends Error {
  static {
    this.prototype.name = 'JournalError'
  }
  readonly code: JournalErrorCode
  /** One sentence: what to do about it. */
  readonly hint: string | undefined

  constructor(
    code: JournalErrorCode,
    message: string,
    options: { readonly hint?: string; readonly cause?: unknown } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = code
    this.hint = options.hint
  }
}
