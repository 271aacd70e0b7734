import { setTimeout as sleep } from 'node:timers/promises'
import { NotifierError } from './errors.ts'
import { whyUnreachable } from './unreachable.ts'

/** The part of the platform's `fetch` that is needed. */
export type Fetch = (
  url: string,
  init: {
    readonly method: 'POST'
    readonly headers: Readonly<Record<string, string>>
    readonly body: string
    readonly redirect: 'manual'
    readonly signal: AbortSignal
  },
) => Promise<Pick<Response, 'status' | 'headers' | 'text'>>

export interface PostOptions {
  readonly fetch: Fetch
  readonly signal: AbortSignal
  readonly contentType: string
  /** How long one try may take. @default 8000 */
  readonly tryMs?: number
}

const WAITS_MS = [500, 1500]

/**
 * POSTs `body` and resolves on any 2xx. Tries three times when nothing answered, or with 5xx or 429; a receiver may therefore
 * see a message twice. Redirects are not followed: they would carry the message to another host.
 */
export async function post(url: string, body: string, options: PostOptions): Promise<void> {
  const host = hostOf(url)
  for (const wait of [...WAITS_MS, undefined]) {
    const failure = await attempt(url, host, body, options)
    if (!failure) return
    options.signal.throwIfAborted()
    if (wait === undefined || !failure.again) throw failure.error
    await sleep(Math.max(wait, failure.afterMs ?? 0), undefined, { signal: options.signal })
  }
}

interface Failure {
  readonly error: NotifierError
  readonly again: boolean
  readonly afterMs?: number
}

async function attempt(
  url: string,
  host: string,
  body: string,
  options: PostOptions,
): Promise<Failure | undefined> {
  const limit = AbortSignal.timeout(options.tryMs ?? 8000)
  let response: Awaited<ReturnType<Fetch>>
  try {
    response = await options.fetch(url, {
      method: 'POST',
      headers: { 'content-type': options.contentType },
      body,
      redirect: 'manual',
      signal: AbortSignal.any([options.signal, limit]),
    })
  } catch (thrown) {
    const text = `${host} could not be reached: ${whyUnreachable(thrown)}`
    const hint = `Check the network, and that ${host} is up.`
    return { error: new NotifierError('WEBHOOK_UNREACHABLE', text, { hint }), again: true }
  }
  // Read to the end, whatever it says, so that the connection is free again; what it says may quote the address.
  await response.text().catch(() => '')
  const { status } = response
  if (status >= 200 && status < 300) return undefined
  const after = Number(response.headers.get('retry-after') ?? Number.NaN)
  return {
    error: new NotifierError('WEBHOOK_REFUSED', `${host} answered ${status}`, { hint: hintFor(status) }),
    again: status >= 500 || status === 429,
    ...(Number.isFinite(after) ? { afterMs: after * 1000 } : {}),
  }
}

function hintFor(status: number): string {
  if (status >= 500) return 'Try again later; the receiving service is in trouble.'
  if (status === 429) return 'Send less often, or ask the receiving service for a higher limit.'
  if (status >= 300 && status < 400)
    return 'Put the address that this one redirects to into the configuration.'
  if (status === 401 || status === 403) return 'Check the credentials inside the address.'
  return 'Check the address in the configuration; it may have been removed or mistyped.'
}

function hostOf(url: string): string {
  // Not the URL's own error: it holds the address.
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed && /^https?:$/.test(parsed.protocol) && parsed.username === '' && parsed.password === '')
    return parsed.host
  throw new NotifierError(
    'BAD_URL',
    'the address of the webhook is not an http or https URL without a user name',
    {
      hint: 'Correct `url` under `notify` in the configuration, or the secret that it names.',
    },
  )
}
