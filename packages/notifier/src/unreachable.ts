/**
 * Why a request got no answer, in words that cannot hold a secret: of a library's message nothing is used, since Node's fetch
 * quotes a header that it cannot send, token and all. System errors carry a code and an address instead.
 */
export function whyUnreachable(thrown: unknown): string {
  const errors = [...causes(thrown)]
  if (errors.some((error) => error.name === 'TimeoutError')) return 'no answer in time'
  const system = errors.findLast((error) => /^[A-Z][A-Z0-9_]+$/.test(error.code ?? ''))
  if (!system) return 'the request failed'
  const { code = '', hostname, address, port } = system
  const host = hostname ?? address
  if (host === undefined) return code
  return port === undefined ? `${code} ${host}` : `${code} ${host}:${port}`
}

interface SystemError extends Error {
  readonly code?: string
  readonly hostname?: string
  readonly address?: string
  readonly port?: number
}

function* causes(thrown: unknown): Generator<SystemError> {
  let error = thrown
  for (let depth = 0; error instanceof Error && depth < 8; depth += 1) {
    yield error
    error = error.cause
  }
}
