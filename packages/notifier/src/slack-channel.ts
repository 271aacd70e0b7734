import { setTimeout as sleep } from 'node:timers/promises'
import type { Channel } from './message.ts'
import { rateLimitMs, slackError } from './slack-error.ts'
import { slackMessage, type SlackSection } from './slack-message.ts'

/** The part of Slack's `WebClient` that is needed. */
export interface SlackClient {
  readonly chat: {
    postMessage(message: {
      channel: string
      text: string
      blocks: SlackSection[]
      link_names: false
      parse: 'none'
      unfurl_links: false
      unfurl_media: false
    }): Promise<unknown>
  }
}

/**
 * A Slack channel or direct message: one `chat.postMessage` for each message, with blocks and a text fallback. Needs the scope
 * `chat:write`. Waits when Slack asks to, up to three times, while the signal allows.
 * @param client a `WebClient` made with `slackClientOptions()`: with its own defaults, it tries for half an hour
 */
export function slackChannel(
  client: SlackClient,
  options: {
    /** A channel's or direct message's id, or `#name`. */
    readonly channel: string
    /** @default slack */
    readonly name?: string
  },
): Channel {
  const { channel, name = 'slack' } = options
  const post = client.chat.postMessage.bind(client.chat)
  return {
    name,
    send: async (message, { signal }) => {
      const { text, blocks } = slackMessage(message)
      for (let tries = 1; ; tries += 1) {
        try {
          await post({
            channel,
            text,
            blocks: [...blocks],
            link_names: false,
            parse: 'none',
            unfurl_links: false,
            unfurl_media: false,
          })
          return
        } catch (thrown) {
          const wait = rateLimitMs(thrown)
          if (wait === undefined || tries > 3) throw slackError(thrown, channel)
          await sleep(wait, undefined, { signal })
        }
      }
    },
  }
}
