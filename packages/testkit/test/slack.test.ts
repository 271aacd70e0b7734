import { LogLevel, type WebAPICallResult, WebClient } from '@slack/web-api'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type SlackServer, startSlack } from '@raxx/testkit/slack'

const quiet = (): void => {}
const QUIET = {
  debug: quiet,
  info: quiet,
  warn: quiet,
  error: quiet,
  setLevel: quiet,
  setName: quiet,
  getLevel: () => LogLevel.ERROR,
}

let slack: SlackServer
beforeEach(async () => {
  slack = await startSlack({
    tokens: [
      'xoxb-good',
      { token: 'xoxb-revoked', refused: 'token_revoked' },
      { token: 'xoxb-narrow', scopes: ['im:write'] },
    ],
    channels: [
      'D0AJ7K184TV',
      { id: 'C0GENERAL', name: 'general' },
      { id: 'C0OUT', member: false },
      { id: 'C0OLD', archived: true },
    ],
  })
})
afterEach(() => slack.stop())

function client(token = 'xoxb-good'): WebClient {
  return new WebClient(token, {
    slackApiUrl: slack.url,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: QUIET,
  })
}

function post(
  through: WebClient,
  message: Readonly<Record<string, unknown>>,
): Promise<WebAPICallResult & { ts?: string }> {
  return through.apiCall('chat.postMessage', message)
}

function send(): Promise<unknown> {
  return refusal(post(client(), { channel: 'D0AJ7K184TV', text: 'x' }))
}

async function raw(type: string, body: string): Promise<unknown> {
  const headers = { authorization: 'Bearer xoxb-good', 'content-type': type }
  return (await fetch(`${slack.url}chat.postMessage`, { method: 'POST', headers, body })).json()
}

async function refusal(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => 'accepted',
    (error: unknown) =>
      (error as { data?: { error?: string } }).data?.error ?? (error as { code?: string }).code,
  )
}

const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } }) as const

test('the real client posts to an id and to a name, and gets the ts that a thread needs', async () => {
  const parent = await post(client(), {
    channel: 'D0AJ7K184TV',
    text: 'one',
    blocks: [section('*one*')],
  })
  await post(client(), { channel: '#general', text: 'two', thread_ts: String(parent.ts) })
  expect(slack.messages).toMatchObject([
    { channel: 'D0AJ7K184TV', text: 'one', blocks: [section('*one*')], ts: parent.ts },
    { channel: '#general', text: 'two', thread_ts: parent.ts },
  ])
  expect(slack.calls).toMatchObject([
    { operation: 'chat.postMessage', writes: true, identity: 'xoxb-goo', status: 200 },
    {},
  ])
  expect(JSON.stringify(slack.calls)).not.toContain('xoxb-good')
})

test('auth.test and conversations.info tell who and where', async () => {
  expect(await client().auth.test()).toMatchObject({ ok: true, team: 'testkit' })
  expect(await client().conversations.info({ channel: 'C0OUT' })).toMatchObject({
    channel: { is_member: false },
  })
})

test.each([
  ['no token', '', 'D0AJ7K184TV', 'not_authed'],
  ['an unknown token', 'xoxb-other', 'D0AJ7K184TV', 'invalid_auth'],
  ['a revoked token', 'xoxb-revoked', 'D0AJ7K184TV', 'token_revoked'],
  ['a token without the scope', 'xoxb-narrow', 'D0AJ7K184TV', 'missing_scope'],
  ['an unknown channel', 'xoxb-good', 'D0OTHER', 'channel_not_found'],
  ['a channel that the bot is not in', 'xoxb-good', 'C0OUT', 'not_in_channel'],
  ['an archived channel', 'xoxb-good', 'C0OLD', 'is_archived'],
])('%s is refused', async (_, token, channel, error) => {
  expect(await refusal(post(client(token), { channel, text: 'hello' }))).toBe(error)
  expect(slack.messages).toEqual([])
})

test.each([
  ['nothing', { text: '' }, 'no_text'],
  ['too long a text', { text: 'x'.repeat(40_001) }, 'msg_too_long'],
  ['a section over 3,000 characters', { text: 'x', blocks: [section('x'.repeat(3001))] }, 'invalid_blocks'],
  ['an empty section', { text: 'x', blocks: [section('')] }, 'invalid_blocks'],
  ['51 blocks', { text: 'x', blocks: Array.from({ length: 51 }, () => section('x')) }, 'invalid_blocks'],
  [
    'blocks too long together',
    { text: 'x', blocks: Array.from({ length: 5 }, () => section('x'.repeat(2900))) },
    'msg_blocks_too_long',
  ],
  ['a thread that is not there', { text: 'x', thread_ts: '1.0' }, 'thread_not_found'],
])('%s is refused', async (_, message, error) => {
  expect(await refusal(post(client(), { channel: 'D0AJ7K184TV', ...message }))).toBe(error)
})

test.each([
  ['an unknown type of block', [{ type: 'sektion' }], 'invalid_blocks'],
  ['a member that a section does not have', [{ ...section('x'), colour: 'red' }], 'invalid_blocks'],
  [
    'emoji: in mrkdwn',
    [{ type: 'section', text: { type: 'mrkdwn', text: 'x', emoji: true } }],
    'invalid_blocks',
  ],
  ['text that is not JSON', 'oops', 'invalid_blocks_format'],
])('%s is refused', async (_, blocks, error) => {
  expect(
    await refusal(client().apiCall('chat.postMessage', { channel: 'D0AJ7K184TV', text: 'x', blocks })),
  ).toBe(error)
})

test('what would mention people, or become a link, is told', async () => {
  await post(client(), {
    channel: 'D0AJ7K184TV',
    text: 'x',
    blocks: [section('<!here> <@U123> <https://a.example|a> https://b.example &lt;!channel&gt;')],
  })
  expect(slack.messages[0]).toMatchObject({
    mentions: ['<!here>', '<@U123>'],
    links: ['https://a.example', 'https://b.example'],
  })
})

test('a method or a kind of body that is not there is refused, and JSON is taken', async () => {
  expect(await refusal(client().apiCall('chat.shout', {}))).toBe('unknown_method')
  const message = JSON.stringify({ channel: 'D0AJ7K184TV', text: 'x' })
  expect(await raw('text/plain', message)).toMatchObject({ ok: false, error: 'invalid_post_type' })
  expect(await raw('application/json', message)).toMatchObject({ ok: true })
})

test('faults: an error of Slack’s, a rate limit, a 500 after the message was taken, a cut line', async () => {
  slack.faults.add({
    on: 'chat.postMessage',
    times: 1,
    answer: { error: { status: 200, code: 'fatal_error' } },
  })
  expect(await send()).toBe('fatal_error')
  slack.faults.add({
    on: '*',
    times: 1,
    answer: { error: { status: 429, code: 'ratelimited', message: '7' } },
  })
  expect(await send()).toBe('slack_webapi_rate_limited_error')
  slack.faults.add({ on: '*', times: 1, answer: { error: { status: 500, code: 'oops' }, applied: true } })
  expect(await send()).toBe('slack_webapi_http_error')
  expect(slack.messages).toHaveLength(1)
  slack.faults.add({ on: '*', times: 1, answer: { cut: true } })
  expect(await send()).toBe('slack_webapi_request_error')
  expect(await send()).toBe('accepted')
})
