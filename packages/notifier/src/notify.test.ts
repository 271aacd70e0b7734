import { expect, test } from 'vitest'
import { NotifierError } from './errors.ts'
import type { Channel, Message } from './message.ts'
import { notify } from './notify.ts'

const MESSAGE: Message = { severity: 'failure', title: 'it failed' }
const never = (name = 'never'): Channel => ({ name, send: () => new Promise(() => {}) })

const throwing = (name: string, thrown: unknown): Channel => ({
  name,
  send: () => {
    throw thrown
  },
})

test('no channel can make it reject: not by throwing at once, nor by rejecting with anything, nor by what it says it hears', async () => {
  const channels: Channel[] = [
    throwing('throws', new Error('at once')),
    throwing('text', 'just text'),
    throwing('nothing', undefined),
    { name: 'own', send: () => Promise.reject(new NotifierError('BAD_URL', 'no', { hint: 'Do it.' })) },
    {
      name: 'fine',
      send: () => Promise.resolve(),
      hears: () => {
        throw new Error('deaf')
      },
    },
  ]
  expect(await notify(channels, MESSAGE)).toEqual([
    { channel: 'throws', delivered: false, error: { code: 'CHANNEL_FAILED', message: 'at once' } },
    { channel: 'text', delivered: false, error: { code: 'CHANNEL_FAILED', message: 'just text' } },
    { channel: 'nothing', delivered: false, error: { code: 'CHANNEL_FAILED', message: 'undefined' } },
    { channel: 'own', delivered: false, error: { code: 'BAD_URL', message: 'no', hint: 'Do it.' } },
    { channel: 'fine', delivered: true },
  ])
})

test('channels are told side by side, and one that hangs holds up nobody for longer than the limit', async () => {
  const both = Promise.withResolvers<void>()
  let waiting = 0
  const meeting: Channel = {
    name: 'meeting',
    send: () => {
      waiting += 1
      if (waiting === 2) both.resolve()
      return both.promise
    },
  }
  const deliveries = await notify([meeting, never(), meeting], MESSAGE, { timeoutMs: 100 })
  expect(deliveries).toMatchObject([
    { delivered: true },
    { delivered: false, error: { code: 'TIMED_OUT', message: 'no answer within 0.1 s' } },
    { delivered: true },
  ])
})

test('an abort, before or while sending, ends it and is told', async () => {
  const sent: string[] = []
  const channel: Channel = {
    ...never(),
    send: (message) => (sent.push(message.title), new Promise(() => {})),
  }
  const aborted = [
    { channel: 'never', delivered: false, error: { code: 'ABORTED', message: expect.any(String) } },
  ]
  expect(await notify([channel], MESSAGE, { signal: AbortSignal.abort() })).toEqual(aborted)
  expect(sent).toEqual([])
  const stop = new AbortController()
  const pending = notify([channel], MESSAGE, { signal: stop.signal })
  stop.abort()
  expect(await pending).toEqual(aborted)
})

test('the signal that a channel gets aborts when the time is over', async () => {
  const seen = Promise.withResolvers<unknown>()
  const channel: Channel = {
    name: 'polite',
    send: (_, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          seen.resolve(signal.reason)
          reject(new Error('in my own words'))
        })
      }),
  }
  expect(await notify([channel], MESSAGE, { timeoutMs: 10 })).toMatchObject([
    { error: { code: 'TIMED_OUT' } },
  ])
  expect(await seen.promise).toBeInstanceOf(NotifierError)
})

test('no channels, no deliveries', async () => {
  expect(await notify([], MESSAGE)).toEqual([])
})
