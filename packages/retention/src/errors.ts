/** What went wrong, for programs. The README lists what each means and what to do. */
export type RetentionErrorCode =
  | 'EMPTY_POLICY'
  | 'INVALID_POLICY'
  | 'INVALID_ITEM'
  | 'INVALID_TIME'
  | 'DUPLICATE_ID'

/** A plan that could not be made. Nothing was decided, so nothing may be removed. */
export class RetentionError extends Error {
  static {
    this.prototype.name = 'RetentionError'
  }
  readonly code: RetentionErrorCode
  /** One sentence: what to do about it. */
  readonly hint: string | undefined

  constructor(
    code: RetentionErrorCode,
    message: string,
    options: { readonly hint?: string; readonly cause?: unknown } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = code
    this.hint = options.hint
  }
}
