import type { Call, FaultScript } from './faults.ts'
import { type ScriptedAnswer, type ScriptedRequest, serveScripted } from './scripted-http.ts'
import {
  conversation,
  type Input,
  posted,
  type PostedMessage,
  refused,
  type Reply,
  type SlackConversation,
} from './slack-post.ts'

export type { PostedMessage, SlackConversation } from './slack-post.ts'

/** A bot token that the server knows. */
export interface SlackToken {
  readonly token: string
  /** @default ['chat:write', 'channels:read'] */
  readonly scopes?: readonly string[]
  /** Why Slack refuses it, if it does. */
  readonly refused?: 'token_revoked' | 'account_inactive' | 'token_expired'
}

export interface SlackServer extends AsyncDisposable {
  /** The base of the API, as `SLACK_API_URL` and `slackApiUrl` take it. */
  readonly url: string
  /** What arrived, whatever the sender was then told. */
  readonly messages: PostedMessage[]
  readonly calls: Call[]
  /** Operations are Slack's methods. An `error` with status 200 is Slack's `{ok: false}`; 429 carries a `Retry-After` of `message` seconds, or 1. */
  readonly faults: FaultScript
  stop(): Promise<void>
}

const DEFAULT_TOKEN = 'xoxb-testkit'
const DEFAULT_CHANNEL = 'D0AJ7K184TV'

/**
 * A Slack Web API on loopback with `chat.postMessage`, `auth.test` and `conversations.info`, as strict as the real one about
 * tokens, scopes, channels, lengths and blocks.
 * @param options.tokens @default ['xoxb-testkit']
 * @param options.channels @default ['D0AJ7K184TV']
 */
export async function startSlack(
  options: {
    readonly tokens?: readonly (string | SlackToken)[]
    readonly channels?: readonly (string | SlackConversation)[]
  } = {},
): Promise<SlackServer> {
  const tokens = (options.tokens ?? [DEFAULT_TOKEN]).map((one) =>
    typeof one === 'string' ? { token: one } : one,
  )
  const channels = (options.channels ?? [DEFAULT_CHANNEL]).map((one) =>
    typeof one === 'string' ? { id: one } : one,
  )
  const messages: PostedMessage[] = []

  const methods: Readonly<Record<string, (input: Input) => Reply>> = {
    'auth.test': () => ({
      ok: true,
      url: 'https://testkit.slack.com/',
      team: 'testkit',
      user: 'raxx',
      team_id: 'T0TESTKIT',
      user_id: 'U0TESTKIT',
      bot_id: 'B0TESTKIT',
    }),
    'conversations.info': (input) => {
      const found = conversation(channels, input['channel'])
      if (!found) return { ok: false, error: 'channel_not_found' }
      const { id, name, member = true, archived = false } = found
      return { ok: true, channel: { id, name: name ?? id, is_member: member, is_archived: archived } }
    },
    'chat.postMessage': (input) => {
      const refusal = refused(input, channels, messages)
      if (refusal) return refusal
      const message = posted(input, messages.length)
      messages.push(message)
      const { channel, ts, text, blocks } = message
      return { ok: true, channel, ts, message: { type: 'message', bot_id: 'B0TESTKIT', text, ts, blocks } }
    },
  }
  const scopes: Readonly<Record<string, string>> = {
    'chat.postMessage': 'chat:write',
    'conversations.info': 'channels:read',
  }

  function reply(request: ScriptedRequest): Reply {
    const method = methodOf(request)
    const handle = Object.hasOwn(methods, method) ? methods[method] : undefined
    if (!handle) return { ok: false, error: 'unknown_method', req_method: method }
    const input = inputOf(request)
    if (typeof input === 'string') return { ok: false, error: input }
    const given = tokenOf(request, input)
    if (given === '') return { ok: false, error: 'not_authed' }
    const known = tokens.find(({ token }) => token === given)
    if (!known) return { ok: false, error: 'invalid_auth' }
    if (known.refused) return { ok: false, error: known.refused }
    const needed = scopes[method]
    const provided = known.scopes ?? ['chat:write', 'channels:read']
    if (needed !== undefined && !provided.includes(needed)) {
      return { ok: false, error: 'missing_scope', needed, provided: provided.join(',') }
    }
    return handle(input)
  }

  const server = await serveScripted({
    describe(request) {
      const read = inputOf(request)
      const { token: _, ...input } = typeof read === 'string' ? { unreadable: read } : read
      const token = typeof read === 'string' ? '' : tokenOf(request, read)
      return {
        operation: methodOf(request),
        writes: methodOf(request) === 'chat.postMessage',
        identity: token.slice(0, 8),
        input,
      }
    },
    answer: (request) =>
      request.url.startsWith('/api/')
        ? json(reply(request))
        : { status: 404, headers: { 'content-type': 'text/html' }, body: '<html>not found</html>' },
    refuse({ status, code, message }) {
      const answer = json({ ok: false, error: code })
      if (status === 429)
        return { ...answer, status, headers: { ...answer.headers, 'retry-after': message ?? '1' } }
      return status === 200
        ? answer
        : { status, headers: { 'content-type': 'text/html' }, body: `<html>${code}</html>` }
    },
  })
  return { ...server, url: `http://127.0.0.1:${server.port}/api/`, messages }
}

function json(body: Reply): ScriptedAnswer {
  return {
    status: 200,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body),
  }
}

function methodOf(request: ScriptedRequest): string {
  return /^\/api\/([\w.]*)/.exec(request.url)?.[1] ?? ''
}

// The arguments, or Slack's word for why there are none. Slack parses `blocks` itself when it comes as text in a form.
function inputOf({ method, headers, body }: ScriptedRequest): Input | string {
  if (method !== 'POST') return 'method_not_supported_for_channel_type'
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim()
  if (type === '') return 'missing_post_type'
  if (type === 'application/x-www-form-urlencoded') return Object.fromEntries(new URLSearchParams(body))
  if (type !== 'application/json') return 'invalid_post_type'
  try {
    const parsed: unknown = JSON.parse(body)
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed as Input
    return 'json_not_object'
  } catch {
    return 'invalid_json'
  }
}

// In a JSON body Slack takes no token.
function tokenOf({ headers }: ScriptedRequest, input: Input): string {
  const bearer = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1]
  const form = headers['content-type']?.startsWith('application/x-www-form-urlencoded')
    ? input['token']
    : undefined
  return bearer ?? (typeof form === 'string' ? form : '')
}
