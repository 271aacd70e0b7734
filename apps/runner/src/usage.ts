/** Wrong usage: nothing was tried. */
export class Usage extends Error {
  static {
    this.prototype.name = 'Usage'
  }
  readonly code = 'USAGE'
  readonly hint: string | undefined
  constructor(message: string, hint?: string) {
    super(message)
    this.hint = hint
  }
}
