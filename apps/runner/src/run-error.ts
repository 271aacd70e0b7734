/** What can go wrong with a dump that was already proven and stored. */
export class RunError extends Error {
  static {
    this.prototype.name = 'RunError'
  }
  readonly code: 'NOT_VOUCHED' | 'REPLACED_MEANWHILE' | 'NOT_WHAT_WAS_PROVEN'
  readonly hint: string
  constructor(code: RunError['code'], message: string, hint: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.hint = hint
  }
}
