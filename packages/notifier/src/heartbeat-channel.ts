import { NotifierError } from './errors.ts'
import type { Channel, Severity } from './message.ts'
import { plainText, shorten } from './plain-text.ts'
import { type Fetch, post } from './post.ts'

const PATHS: Partial<Record<Severity, string>> = {
  start: '/start',
  success: '',
  recovery: '',
  failure: '/fail',
  alert: '/fail',
}

/**
 * A dead man's switch that raises the alarm when it hears nothing, such as healthchecks.io: a POST to the check's address for
 * success and recovery, to `/start` before a run, to `/fail` on failure and alert, with the message as text. `info` is not
 * sent. (Source of the paths: https://healthchecks.io/docs/http_api/)
 */
export function heartbeatChannel(options: {
  /** The check's address, without `/start` or `/fail`; whoever knows it can silence the alarm, so it is in no error. */
  readonly url: string
  /** @default the platform's fetch */
  readonly fetch?: Fetch
  /** @default heartbeat */
  readonly name?: string
}): Channel {
  return {
    name: options.name ?? 'heartbeat',
    hears: (message) => PATHS[message.severity] !== undefined,
    send: async (message, { signal }) => {
      const url = pinged(options.url, PATHS[message.severity] ?? '')
      // healthchecks.io keeps the first 100 kB.
      await post(url, shorten(plainText(message), 20_000), {
        fetch: options.fetch ?? fetch,
        signal,
        contentType: 'text/plain; charset=utf-8',
      })
    },
  }
}

// The path goes before the query: some services carry the check's key there.
function pinged(address: string, path: string): string {
  if (!URL.canParse(address)) {
    throw new NotifierError('BAD_URL', 'the address of the heartbeat is not a URL', {
      hint: 'Correct `url` under `notify` in the configuration, or the secret that it names.',
    })
  }
  const url = new URL(address)
  if (path !== '') url.pathname = url.pathname.replace(/\/$/, '') + path
  return url.href
}
