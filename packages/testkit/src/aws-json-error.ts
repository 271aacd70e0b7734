/** An error as an AWS JSON service answers it. `message` undefined: the service sends none (SSM's ParameterNotFound). */
export class ServiceError extends Error {
  static {
    this.prototype.name = 'ServiceError'
  }
  readonly code: string
  readonly status: number
  readonly text: string | undefined
  /** Further members of the body: Lightsail's `code`, `docs` and `tip`. */
  readonly details: Readonly<Record<string, unknown>>
  constructor(
    code: string,
    message?: string,
    options: { readonly status?: number; readonly details?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message ?? code)
    this.code = code
    this.text = message
    this.status = options.status ?? 400
    this.details = options.details ?? {}
  }
}
