import { NotifierError } from './errors.ts'
import { whyUnreachable } from './unreachable.ts'

const TOKEN = 'Put a valid bot token of the Slack app into the secret that `token` names.'

const HINTS: Readonly<Record<string, string>> = {
  not_authed: TOKEN,
  invalid_auth: TOKEN,
  token_revoked: 'Reinstall the Slack app and store its new bot token: the old one was revoked.',
  token_expired: 'Store a fresh bot token: this one has expired.',
  account_inactive: 'Reinstall the Slack app: its bot user, or the workspace, was removed.',
  missing_scope: 'Add the scope chat:write to the Slack app, and reinstall it.',
  not_allowed_token_type: 'Use a bot token (xoxb-…), not another kind.',
  channel_not_found:
    'Check the channel id; a D… id works only for the bot that this direct message belongs to, a private channel only once the bot is invited.',
  not_in_channel: 'Invite the bot into the channel: /invite @the-app.',
  is_archived: 'Choose a channel that is not archived.',
  restricted_action: 'Ask the workspace’s admins to let the app post in this channel.',
  msg_too_long: 'Shorten the message.',
  msg_blocks_too_long: 'Shorten the message.',
  invalid_blocks: 'Report this as a bug of @raxx/notifier: Slack did not take the message’s form.',
  ratelimited: 'Send fewer messages: Slack takes about one a second for a channel.',
  service_unavailable: 'Try again later; see https://slack-status.com.',
  internal_error: 'Try again later; see https://slack-status.com.',
  fatal_error: 'Check whether the message arrived; see https://slack-status.com.',
}

// Slack's own word for what it did not like, when it answered at all.
function platformError(thrown: unknown): string | undefined {
  const { code, data } = fields(thrown)
  if (code !== 'slack_webapi_platform_error') return undefined
  const word = (data as { readonly error?: unknown } | undefined)?.error
  return typeof word === 'string' && /^\w{1,60}$/.test(word) ? word : 'an unknown error'
}

/** How long Slack asks to wait, in milliseconds, when it refused a call as one too many. */
export function rateLimitMs(thrown: unknown): number | undefined {
  const { code, retryAfter } = fields(thrown)
  if (code !== 'slack_webapi_rate_limited_error') return undefined
  return typeof retryAfter === 'number' && retryAfter > 0 ? retryAfter * 1000 : 1000
}

/** What a rejection of Slack's WebClient means, without any text that the client put together: it may hold the token. */
export function slackError(thrown: unknown, channel: string): NotifierError {
  const word = platformError(thrown)
  if (word !== undefined) {
    const hint = HINTS[word] ?? `Look up ${word} in Slack's documentation of chat.postMessage.`
    return new NotifierError(
      'SLACK_REFUSED',
      `Slack refused the message to ${channel}: ${word}${scopes(thrown)}`,
      { hint },
    )
  }
  if (rateLimitMs(thrown) !== undefined) {
    const text = `Slack took no message to ${channel}: too many in a short time`
    return new NotifierError('SLACK_RATE_LIMITED', text, { hint: HINTS['ratelimited'] ?? '' })
  }
  const { code, statusCode } = fields(thrown)
  const why =
    code === 'slack_webapi_http_error' ? `it answered ${Number(statusCode)}` : whyUnreachable(thrown)
  return new NotifierError('SLACK_UNREACHABLE', `Slack could not be told (channel ${channel}): ${why}`, {
    hint: 'Check the network and https://slack-status.com, and that the token holds nothing but the token.',
  })
}

// Names of scopes, and nothing else that a server might write there.
function plain(value: unknown): value is string {
  return typeof value === 'string' && /^[\w:,.-]{1,200}$/.test(value)
}

function scopes(thrown: unknown): string {
  const data = fields(thrown)['data'] as
    | { readonly needed?: unknown; readonly provided?: unknown }
    | undefined
  return plain(data?.needed)
    ? ` (needed: ${data.needed}${plain(data.provided) ? `; provided: ${data.provided}` : ''})`
    : ''
}

function fields(thrown: unknown): Readonly<Record<string, unknown>> {
  return typeof thrown === 'object' && thrown !== null ? (thrown as Readonly<Record<string, unknown>>) : {}
}
