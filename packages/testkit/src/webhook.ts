import type { Call, FaultScript } from './faults.ts'
import { serveScripted } from './scripted-http.ts'

/** One request that the receiver got. */
export interface ReceivedHook {
  readonly method: string
  /** Path and query. */
  readonly path: string
  readonly contentType: string
  readonly body: string
}

export interface WebhookServer extends AsyncDisposable {
  /** An address to send to; any path below it is taken too. */
  readonly url: string
  /** What arrived and was accepted, or applied before the answer went wrong. */
  readonly received: ReceivedHook[]
  readonly calls: Call[]
  /** The operation is the method and the path: `POST /hook/fail`. A 429's `message` is its `Retry-After` in seconds; a 3xx's, its `Location`. */
  readonly faults: FaultScript
  stop(): Promise<void>
}

/** A receiver of webhooks and heartbeats on loopback: takes every request and answers 200. */
export async function startWebhook(): Promise<WebhookServer> {
  const received: ReceivedHook[] = []
  const server = await serveScripted({
    describe: ({ method, url, body }) => ({
      operation: `${method} ${url.split('?')[0]}`,
      writes: method !== 'GET' && method !== 'HEAD',
      identity: '',
      input: { url, body },
    }),
    answer({ method, url, headers, body }) {
      received.push({ method, path: url, contentType: headers['content-type'] ?? '', body })
      return { status: 200, headers: { 'content-type': 'text/plain' }, body: 'OK' }
    },
    refuse({ status, code, message }) {
      const headers: Record<string, string> = { 'content-type': 'text/plain' }
      if (status === 429 && message !== undefined) headers['retry-after'] = message
      if (status >= 300 && status < 400 && message !== undefined) headers['location'] = message
      return { status, headers, body: code }
    },
  })
  return { ...server, url: `http://127.0.0.1:${server.port}/hook`, received }
}
