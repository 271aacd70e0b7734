/** What went wrong, for programs to tell apart. The README lists each with what to do. */
export type S3ErrorCode =
  | 'EMPTY_BODY'
  | 'SOURCE_CLOSED'
  | 'ABORTED'
  | 'UPLOAD_FAILED'
  | 'CLEANUP_FAILED'
  | 'NOT_VERIFIED'
  | 'CHECKSUM_MISMATCH'
  | 'NOT_ENCRYPTED'
  | 'TRUNCATED'
  | 'TOO_LARGE'
  | 'NOT_FOUND'
  | 'EXISTS'
  | 'ACCESS_DENIED'
  | 'KEY_UNUSABLE'
  | 'BUCKET_MISSING'
  | 'BUCKET_FOREIGN'
  | 'WRONG_REGION'
  | 'UNREACHABLE'
  | 'REQUEST_FAILED'

/** The one error of this package. `hint` tells the operator what to do; `cause` is the SDK's own error. */
export class S3Error extends Error {
  static {
    this.prototype.name = 'S3Error'
  }
  readonly code: S3ErrorCode
  readonly hint: string | undefined
  constructor(
    code: S3ErrorCode,
    message: string,
    options: { readonly hint?: string | undefined; readonly cause?: unknown } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : {})
    this.code = code
    this.hint = options.hint
  }
}
