/** What went wrong, for programs. The README lists what each means and what to do. */
export type LightsailErrorCode =
  | 'ACCESS_DENIED'
  | 'UNAUTHENTICATED'
  | 'NOT_FOUND'
  | 'NAME_TAKEN'
  | 'REFUSED'
  | 'THROTTLED'
  | 'SERVICE_FAILED'
  | 'UNREACHABLE'
  | 'SNAPSHOT_ERROR'
  | 'SNAPSHOT_TIMEOUT'
  | 'LISTING_INCOMPLETE'
  | 'NOT_A_PLAN'
  | 'PLAN_OUTDATED'
  | 'REMOVE_FAILED'
  | 'INVALID_DATE'
  | 'ABORTED'

/** Something that Lightsail did not do, or that must not be asked of it. */
export class LightsailError extends Error {
  static {
    this.prototype.name = 'LightsailError'
  }
  readonly code: LightsailErrorCode
  /** One sentence: what to do about it. */
  readonly hint: string | undefined
  /** The names of the snapshots that were removed before it happened. */
  readonly removed: readonly string[]

  constructor(
    code: LightsailErrorCode,
    message: string,
    options: {
      readonly hint?: string | undefined
      readonly cause?: unknown
      readonly removed?: readonly string[]
    } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = code
    this.hint = options.hint
    this.removed = options.removed ?? []
  }
}
