import type { Channel } from './message.ts'
import { plainText } from './plain-text.ts'
import { type Fetch, post } from './post.ts'

/**
 * A JSON POST of each message: `{schema: 'raxx.message/1', severity, title, facts, sections, hint, link, text}`, where `text`
 * is the whole as plain text, which is also what chat programs with Slack-like webhooks show.
 */
export function webhookChannel(options: {
  /** Where to; often a secret in itself, so it is in no error. */
  readonly url: string
  /** @default the platform's fetch */
  readonly fetch?: Fetch
  /** @default webhook */
  readonly name?: string
}): Channel {
  return {
    name: options.name ?? 'webhook',
    send: (message, { signal }) => {
      const { severity, title, facts = [], sections = [], hint = null, link = null } = message
      const text = plainText(message)
      const body = { schema: 'raxx.message/1', severity, title, facts, sections, hint, link, text }
      return post(options.url, JSON.stringify(body), {
        fetch: options.fetch ?? fetch,
        signal,
        contentType: 'application/json; charset=utf-8',
      })
    },
  }
}
