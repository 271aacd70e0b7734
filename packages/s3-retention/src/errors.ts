/** What went wrong, for programs. The README lists what each means and what to do. */
export type S3RetentionErrorCode =
  | 'ACCESS_DENIED'
  | 'NO_SUCH_BUCKET'
  | 'LIST_FAILED'
  | 'INCOMPLETE_LISTING'
  | 'READ_FAILED'
  | 'INVALID_DATE'
  | 'INVALID_AGE'
  | 'NOT_DECIDED'
  | 'STALE_PLAN'
  | 'DELETE_FAILED'
  | 'SWEEP_FAILED'

/** A key that is still there although its removal was asked for, and what S3 said. */
export interface FailedKey {
  readonly key: string
  /** S3's own name of the reason, such as `AccessDenied`. */
  readonly code: string
  readonly message: string
}

/** A listing, reading or removal that did not do all of what was asked. */
export class S3RetentionError extends Error {
  static {
    this.prototype.name = 'S3RetentionError'
  }
  readonly code: S3RetentionErrorCode
  /** One sentence: what to do about it. */
  readonly hint: string | undefined
  /** DELETE_FAILED and SWEEP_FAILED: keys that went before, or beside, the failure. */
  readonly removed: readonly string[]
  /** DELETE_FAILED and SWEEP_FAILED: keys that did not go. */
  readonly failed: readonly FailedKey[]

  constructor(
    code: S3RetentionErrorCode,
    message: string,
    options: {
      readonly hint?: string | undefined
      readonly cause?: unknown
      readonly removed?: readonly string[]
      readonly failed?: readonly FailedKey[]
    } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = code
    this.hint = options.hint
    this.removed = options.removed ?? []
    this.failed = options.failed ?? []
  }
}
