/** Why a message did not arrive. No message holds a token, or the address of a webhook: only its host. */
export class NotifierError extends Error {
  static {
    this.prototype.name = 'NotifierError'
  }

  readonly code:
    | 'SLACK_REFUSED'
    | 'SLACK_RATE_LIMITED'
    | 'SLACK_UNREACHABLE'
    | 'WEBHOOK_REFUSED'
    | 'WEBHOOK_UNREACHABLE'
    | 'BAD_URL'
    | 'TIMED_OUT'
    | 'ABORTED'
    | 'CHANNEL_FAILED'
  /** One imperative sentence for the person on call. */
  readonly hint: string | undefined

  constructor(
    code: NotifierError['code'],
    message: string,
    options: { readonly hint?: string; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.hint = options.hint
  }
}
