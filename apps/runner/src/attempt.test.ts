import { expect, test } from 'vitest'
import { AfterDone, attempt } from './attempt.ts'

const calm = new AbortController().signal

test('an attempt tells what came of the work, and never rejects', async () => {
  expect(await attempt(async () => 7, calm)).toEqual({ outcome: 'ok', done: 7 })
  const error = new Error('no')
  expect(await attempt(() => Promise.reject(error), calm)).toEqual({ outcome: 'failed', error })
  expect(await attempt(undefined, calm)).toEqual({ outcome: 'skipped' })
})

test('what was done before the failure is told beside the failure', async () => {
  const error = new Error('cannot prune')
  const outcome = await attempt(() => Promise.reject(new AfterDone('the dump', error)), calm)
  expect(outcome).toEqual({ outcome: 'failed', error, done: 'the dump' })
})

test('once interrupted, nothing more is started, and the interruption is the reason', async () => {
  const controller = new AbortController()
  const reason = new Error('interrupted')
  let started = false
  const cut = attempt(async () => {
    controller.abort(reason)
    throw new Error('a consequence')
  }, controller.signal)
  expect(await cut).toEqual({ outcome: 'failed', error: reason })
  const next = await attempt(async () => (started = true), controller.signal)
  expect(next).toEqual({ outcome: 'skipped' })
  expect(started).toBe(false)
})
