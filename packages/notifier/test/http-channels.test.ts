import { afterEach, beforeEach, expect, test } from 'vitest'
import { heartbeatChannel, type Message, notify, webhookChannel } from '@raxx/notifier'
import { startWebhook, type WebhookServer } from '@raxx/testkit/webhook'

const MESSAGE: Message = {
  severity: 'failure',
  title: 'freescout: the dump failed',
  sections: [{ heading: 'dump', text: 'it was cut', hint: 'Run it again.' }],
}

let hook: WebhookServer
beforeEach(async () => {
  hook = await startWebhook()
})
afterEach(() => hook.stop())

test('a webhook gets the message as JSON, with the whole as text', async () => {
  expect(await notify([webhookChannel({ url: hook.url })], MESSAGE)).toEqual([
    { channel: 'webhook', delivered: true },
  ])
  expect(hook.received).toMatchObject([
    { method: 'POST', path: '/hook', contentType: 'application/json; charset=utf-8' },
  ])
  expect(JSON.parse(hook.received[0]?.body ?? '')).toEqual({
    schema: 'raxx.message/1',
    severity: 'failure',
    title: 'freescout: the dump failed',
    facts: [],
    sections: [{ heading: 'dump', text: 'it was cut', hint: 'Run it again.' }],
    hint: null,
    link: null,
    text: 'freescout: the dump failed\n\ndump\nit was cut\nhint: Run it again.',
  })
})

test.each([
  ['start', '/hook/start?key=1'],
  ['success', '/hook?key=1'],
  ['recovery', '/hook?key=1'],
  ['failure', '/hook/fail?key=1'],
  ['alert', '/hook/fail?key=1'],
] as const)('a heartbeat tells %s at %s', async (severity, path) => {
  await notify([heartbeatChannel({ url: `${hook.url}?key=1` })], { severity, title: 'a run' })
  expect(hook.received).toMatchObject([{ method: 'POST', path, body: 'a run' }])
})

test('only a heartbeat hears of starts and successes, and it hears no news', async () => {
  const channels = [webhookChannel({ url: hook.url }), heartbeatChannel({ url: hook.url })]
  expect(await notify(channels, { severity: 'success', title: 'done' })).toEqual([
    { channel: 'heartbeat', delivered: true },
  ])
  expect(await notify(channels, { severity: 'info', title: 'news' })).toEqual([
    { channel: 'webhook', delivered: true },
  ])
})

test('a passing 500, a rate limit and a cut line are ridden out', async () => {
  hook.faults.add({ on: '*', times: 1, answer: { error: { status: 500, code: 'oops' } } })
  expect(await notify([webhookChannel({ url: hook.url })], MESSAGE)).toMatchObject([{ delivered: true }])
  hook.faults.clear()
  hook.faults.add({ on: '*', times: 1, answer: { error: { status: 429, code: 'slow', message: '1' } } })
  hook.faults.add({ on: '*', times: 1, answer: { cut: true } })
  expect(await notify([webhookChannel({ url: hook.url })], MESSAGE)).toMatchObject([{ delivered: true }])
})

test.each([
  [404, 1],
  [302, 1],
  [401, 1],
  [503, 3],
])('status %i is told, after %i tries, and a redirect is not followed', async (status, tries) => {
  hook.faults.add({ on: 'POST /hook', answer: { error: { status, code: 'no', message: '/elsewhere' } } })
  expect(await notify([webhookChannel({ url: hook.url })], MESSAGE)).toMatchObject([
    {
      delivered: false,
      error: { code: 'WEBHOOK_REFUSED', message: expect.stringContaining(`answered ${status}`) },
    },
  ])
  expect(hook.calls).toHaveLength(tries)
  expect(hook.received).toEqual([])
})

test('the address, which may be a secret, is in no delivery', async () => {
  const secret = '/services/T0/B0/very-secret'
  hook.faults.add({ on: '*', times: 1, answer: { error: { status: 404, code: secret } } })
  const addresses = [
    hook.url + secret,
    `http://127.0.0.1:1${secret}`,
    `ftp://host${secret}`,
    `not a url ${secret}`,
    `https://user:very-secret@127.0.0.1/`,
  ]
  for (const make of [webhookChannel, heartbeatChannel]) {
    const deliveries = await notify(
      addresses.map((url) => make({ url })),
      MESSAGE,
    )
    expect(JSON.stringify(deliveries)).not.toContain('very-secret')
    expect(deliveries.slice(2).map(({ error }) => error?.code)).toEqual(['BAD_URL', 'BAD_URL', 'BAD_URL'])
  }
})

test('a silent receiver is given up in time', async () => {
  hook.faults.add({ on: '*', answer: { hang: true } })
  const deliveries = await notify(
    [webhookChannel({ url: hook.url }), heartbeatChannel({ url: hook.url })],
    MESSAGE,
    {
      timeoutMs: 200,
    },
  )
  expect(deliveries.map(({ error }) => error?.code)).toEqual(['TIMED_OUT', 'TIMED_OUT'])
})
