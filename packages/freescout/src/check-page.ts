/** What a page check saw. */
export interface PageCheck {
  /** Whether FreeScout's login page came. */
  readonly ok: boolean
  /** The last answer's status; undefined where none came. */
  readonly status: number | undefined
  /** From the first request to the end of the last answer, in milliseconds. */
  readonly ms: number
  /** Why it is not ok, in words. */
  readonly problem: string | undefined
}

/** The part of `fetch` that is needed. */
export type FetchPort = (
  url: string,
  init: { readonly redirect: 'manual'; readonly signal: AbortSignal },
) => Promise<Response>

const MOST_REDIRECTS = 5
const MOST_BYTES = 1_048_576

/**
 * Asks for a page as a browser does, follows it to the login page (302, then 200) and looks whether it is FreeScout's: a form with
 * a CSRF token, an e-mail address and a password. A page of the web server itself, of maintenance mode or of an error is not.
 * Never rejects but when `signal` is aborted; what went wrong is in the answer.
 * @param options.timeoutMs for all of it. @default 10 000
 */
export async function checkPage(
  fetch: FetchPort,
  url: string,
  options: { readonly timeoutMs?: number; readonly signal?: AbortSignal } = {},
): Promise<PageCheck> {
  const started = performance.now()
  const { timeoutMs = 10_000, signal } = options
  const limit = AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])])
  let status: number | undefined
  const answer = (problem?: string): PageCheck => ({
    ok: problem === undefined,
    status,
    ms: Math.round(performance.now() - started),
    problem,
  })
  try {
    let at = url
    for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
      const response = await fetch(at, { redirect: 'manual', signal: limit })
      status = response.status
      const location = response.headers.get('location')
      if (status >= 300 && status < 400 && location !== null) {
        await response.body?.cancel()
        at = new URL(location, at).href
        continue
      }
      const text = await start(response)
      if (status === 503) return answer('503: the site is in maintenance mode, or overloaded')
      if (status !== 200) return answer(`${status} instead of 200`)
      return answer(isLogin(text) ? undefined : '200, but it is not FreeScout’s login page')
    }
    return answer(`more than ${MOST_REDIRECTS} redirects`)
  } catch (error) {
    signal?.throwIfAborted()
    if (limit.aborted) return answer(`no answer within ${timeoutMs} ms`)
    return answer(`no answer: ${reason(error)}`)
  }
}

// resources/views/auth/login.blade.php; attributes' order and the form's look differ between versions and themes.
function isLogin(html: string): boolean {
  return ['_token', 'email', 'password'].every((name) =>
    new RegExp(`<input[^>]*\\bname="${name}"`, 'i').test(html),
  )
}

async function start(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let [text, bytes] = ['', 0]
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true })
    bytes += chunk.length
    if (bytes > MOST_BYTES) break
  }
  return text
}

// fetch() says "fetch failed"; what failed is its cause: ECONNREFUSED, a certificate.
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message || error.cause.name : error.message
}
