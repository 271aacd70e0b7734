import {
  type Channel,
  githubChannel,
  heartbeatChannel,
  slackChannel,
  slackClientOptions,
  webhookChannel,
} from '@raxx/notifier'
import type { ChannelConfig, SecretRef, Site } from '@raxx/site-config'
import { WebClient } from '@slack/web-api'
import type { Output } from './output.ts'
import { tell } from './told.ts'

interface Around {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly output: Output
  readonly secret: (ref: SecretRef) => Promise<string>
}

/** The site's channels, and GitHub's annotations where the run is a workflow's. A channel whose secret is missing fails when it is used. */
export async function openChannels(site: Site, around: Around): Promise<readonly Channel[]> {
  const configured = await Promise.all(site.notify.map((one) => openOrBroken(one, around)))
  const annotations = githubChannel({ write: (text) => around.output.command(text) })
  return around.env['GITHUB_ACTIONS'] === 'true' ? [...configured, annotations] : configured
}

async function openOrBroken(config: ChannelConfig, around: Around): Promise<Channel> {
  try {
    return await open(config, around)
  } catch (error) {
    around.output.warn(`nobody can be told through ${config.kind}: ${tell(error).message}`)
    // Told like any other message that could not be delivered; the other channels are tried all the same.
    return { name: config.kind, send: () => Promise.reject(error) }
  }
}

async function open(config: ChannelConfig, { env, secret }: Around): Promise<Channel> {
  if (config.kind === 'slack') {
    const slackApiUrl = env['SLACK_API_URL'] || undefined
    const client = new WebClient(
      await secret(config.token),
      slackClientOptions(slackApiUrl ? { slackApiUrl } : {}),
    )
    return slackChannel(client, { channel: config.channel })
  }
  const url = typeof config.url === 'string' ? config.url : await secret(config.url)
  return config.kind === 'webhook' ? webhookChannel({ url }) : heartbeatChannel({ url })
}
