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

/** Refused by a safety rule: nothing was done. */
export class Refused extends Error {
  static {
    this.prototype.name = 'Refused'
  }
  readonly code: 'NAME_TAKEN'
  readonly hint: string | undefined
  constructor(code: Refused['code'], message: string, hint?: string) {
    super(message)
    this.code = code
    this.hint = hint
  }
}
