import { WebClient } from '@slack/web-api'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Channel, type Message, notify, slackChannel, slackClientOptions } from '@raxx/notifier'
import { type SlackServer, startSlack } from '@raxx/testkit/slack'

const TOKEN = 'xoxb-1234-very-secret'
const MESSAGE: Message = { severity: 'failure', title: 'freescout: the dump failed' }

let slack: SlackServer
beforeEach(async () => {
  slack = await startSlack({ tokens: [TOKEN], channels: ['D0AJ7K184TV', { id: 'C0OUT', member: false }] })
})
afterEach(() => slack.stop())

function channel(options: { token?: string; channel?: string; tryMs?: number; url?: string } = {}): Channel {
  const { token = TOKEN, tryMs = 2000, url = slack.url } = options
  const client = new WebClient(token, slackClientOptions({ slackApiUrl: url, tryMs }))
  return slackChannel(client, { channel: options.channel ?? 'D0AJ7K184TV' })
}

test('a message arrives once, with blocks and a text for notifications', async () => {
  const deliveries = await notify([channel()], {
    severity: 'failure',
    title: 'freescout: the dump failed, the snapshot was taken',
    facts: [{ label: 'last good dump', value: '2026-11-21.sql.gz, 30 h ago' }],
    sections: [{ heading: 'dump', text: 'PARAMETER_NOT_FOUND no such parameter', hint: 'Provision it.' }],
    link: { label: 'the run', url: 'https://github.com/raxx/raxx-ops/actions/runs/1' },
  })
  expect(deliveries).toEqual([{ channel: 'slack', delivered: true }])
  expect(slack.messages).toHaveLength(1)
  expect(slack.messages[0]).toMatchObject({
    channel: 'D0AJ7K184TV',
    text: expect.stringMatching(/the dump failed[^]*hint: Provision it\./),
    links: ['https://github.com/raxx/raxx-ops/actions/runs/1'],
    mentions: [],
  })
  expect(JSON.stringify(slack.messages[0]?.blocks)).toContain('*last good dump:* 2026-11-21.sql.gz, 30 h ago')
})

test('names and errors from outside can mention nobody and make no link', async () => {
  const hostile =
    '<!here> <@U123ABC> @channel #general <https://evil.example|bank> https://evil.example & *bold* \u001B[2J'
  await notify([channel()], {
    severity: 'alert',
    title: hostile,
    facts: [{ label: hostile, value: hostile }],
    sections: [{ heading: hostile, text: hostile, hint: hostile }],
    hint: hostile,
    link: { label: hostile, url: `javascript:alert(1)//${hostile}` },
  })
  expect(slack.messages[0]).toMatchObject({ mentions: [], links: [] })
  expect(slack.messages[0]?.text).toContain('&lt;!here&gt;')
  expect(JSON.stringify(slack.messages)).not.toContain('\\u001b')
})

test('a message of any length is cut to what Slack takes, and keeps its title, hint and link', async () => {
  const long = '<&>'.repeat(5000)
  const deliveries = await notify([channel()], {
    severity: 'failure',
    title: long,
    facts: Array.from({ length: 200 }, (_, index) => ({ label: `fact ${index}`, value: long })),
    sections: Array.from({ length: 80 }, () => ({ heading: long, text: long, hint: long })),
    hint: `do this: ${long}`,
    link: { label: 'read on', url: 'https://example.com/run' },
  })
  expect(deliveries).toEqual([{ channel: 'slack', delivered: true }])
  const blocks = JSON.stringify(slack.messages[0]?.blocks)
  expect(blocks).toContain('do this: ')
  expect(blocks).toContain('<https://example.com/run|read on>')
  expect(blocks).toMatch(/… and \d+ more/)
  expect(blocks).not.toMatch(/&(?!(amp|lt|gt);)/)
})

test.each([
  ['invalid_auth', 'Put a valid bot token', { token: 'xoxb-other' }],
  ['channel_not_found', 'Check the channel id', { channel: 'D0OTHER' }],
  ['not_in_channel', 'Invite the bot', { channel: 'C0OUT' }],
])('%s is told with what to do, after one try', async (error, hint, options) => {
  expect(await notify([channel(options)], MESSAGE)).toEqual([
    {
      channel: 'slack',
      delivered: false,
      error: {
        code: 'SLACK_REFUSED',
        message: expect.stringContaining(error),
        hint: expect.stringContaining(hint),
      },
    },
  ])
  expect(slack.calls).toHaveLength(1)
})

test('a missing scope is told with the scopes that there are', async () => {
  await using narrow = await startSlack({ tokens: [{ token: TOKEN, scopes: ['im:write'] }] })
  const [delivery] = await notify([channel({ url: narrow.url })], MESSAGE)
  expect(delivery?.error?.message).toContain('missing_scope (needed: chat:write; provided: im:write)')
})

test('a passing outage is ridden out', async () => {
  slack.faults.add({ on: 'chat.postMessage', times: 2, answer: { error: { status: 503, code: 'down' } } })
  expect(await notify([channel()], MESSAGE)).toEqual([{ channel: 'slack', delivered: true }])
  expect(slack.messages).toHaveLength(1)
})

test('a rate limit is waited for as long as Slack says', async () => {
  slack.faults.add({
    on: '*',
    times: 1,
    answer: { error: { status: 429, code: 'ratelimited', message: '1' } },
  })
  const before = performance.now()
  expect(await notify([channel()], MESSAGE)).toEqual([{ channel: 'slack', delivered: true }])
  expect(performance.now() - before).toBeGreaterThan(950)
})

test('a rate limit that outlasts the patience, and a Slack that never answers, are given up in time', async () => {
  slack.faults.add({
    on: '*',
    times: 1,
    answer: { error: { status: 429, code: 'ratelimited', message: '60' } },
  })
  const late = { channel: 'slack', delivered: false, error: expect.objectContaining({ code: 'TIMED_OUT' }) }
  expect(await notify([channel()], MESSAGE, { timeoutMs: 300 })).toEqual([late])
  slack.faults.add({ on: '*', answer: { hang: true } })
  expect(await notify([channel()], MESSAGE, { timeoutMs: 300 })).toEqual([late])
})

test('a rate limit that was given up does not hold up the next message of the same client', async () => {
  const same = channel()
  slack.faults.add({
    on: '*',
    times: 1,
    answer: { error: { status: 429, code: 'ratelimited', message: '60' } },
  })
  expect(await notify([same], MESSAGE, { timeoutMs: 200 })).toMatchObject([{ delivered: false }])
  expect(await notify([same], MESSAGE, { timeoutMs: 5000 })).toMatchObject([{ delivered: true }])
})

test('three tries without an answer end by themselves', async () => {
  slack.faults.add({ on: '*', answer: { hang: true } })
  const [delivery] = await notify([channel({ tryMs: 100 })], MESSAGE)
  expect(delivery?.error).toMatchObject({
    code: 'SLACK_UNREACHABLE',
    message: expect.stringContaining('no answer in time'),
  })
  expect(slack.calls).toHaveLength(3)
})

test('a refused connection is told by its address', async () => {
  const url = slack.url
  await slack.stop()
  const [delivery] = await notify([channel({ url })], MESSAGE)
  expect(delivery?.error?.message).toMatch(/ECONNREFUSED 127\.0\.0\.1:\d+/)
})

test('no token reaches a delivery or the console, not even one that no header can hold', async () => {
  const print = (['log', 'info', 'warn', 'error', 'debug'] as const).map((name) => vi.spyOn(console, name))
  slack.faults.add({ on: '*', times: 1, answer: { cut: true } })
  const broken = `${TOKEN}\u0000\u0001`
  const deliveries = [
    await notify([channel()], MESSAGE),
    await notify([channel({ token: broken })], MESSAGE),
    await notify([channel({ token: 'xoxb-1234-very-secret-but-unknown' })], MESSAGE),
  ]
  expect(JSON.stringify(deliveries)).not.toContain('very-secret')
  expect(deliveries[1]).toMatchObject([{ delivered: false, error: { code: 'SLACK_UNREACHABLE' } }])
  for (const spy of print) expect(spy).not.toHaveBeenCalled()
  vi.restoreAllMocks()
})

test('an abort ends the client’s own requests', async () => {
  const stop = new AbortController()
  slack.faults.add({ on: '*', where: () => (stop.abort(), true), answer: { hang: true } })
  const client = new WebClient(TOKEN, slackClientOptions({ slackApiUrl: slack.url, signal: stop.signal }))
  const [delivery] = await notify([slackChannel(client, { channel: 'D0AJ7K184TV' })], MESSAGE)
  expect(delivery?.error?.code).toBe('SLACK_UNREACHABLE')
  expect(slack.calls).toHaveLength(1)
})
