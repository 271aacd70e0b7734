import { expect, test } from 'vitest'
import { startWebhook } from '@raxx/testkit/webhook'

test('every request is taken and kept', async () => {
  await using hook = await startWebhook()
  const answer = await fetch(`${hook.url}/start?a=1`, { method: 'POST', body: 'hello' })
  expect(answer.status).toBe(200)
  expect(hook.received).toEqual([
    { method: 'POST', path: '/hook/start?a=1', contentType: 'text/plain;charset=UTF-8', body: 'hello' },
  ])
  expect(hook.calls).toMatchObject([{ operation: 'POST /hook/start', writes: true, status: 200 }])
})

test('faults: a refusal with Retry-After, a redirect, a cut inside the answer, and a silence that stop() ends', async () => {
  await using hook = await startWebhook()
  hook.faults.add({ on: '*', times: 1, answer: { error: { status: 429, code: 'slow down', message: '3' } } })
  expect((await fetch(hook.url)).headers.get('retry-after')).toBe('3')
  hook.faults.clear()
  hook.faults.add({ on: '*', times: 1, answer: { error: { status: 302, code: 'moved', message: '/other' } } })
  expect((await fetch(hook.url, { redirect: 'manual' })).headers.get('location')).toBe('/other')
  expect(hook.received).toEqual([])
  hook.faults.clear()
  hook.faults.add({ on: '*', times: 1, answer: { cut: true, applied: true, afterBytes: 1 } })
  await expect(fetch(hook.url).then((answer) => answer.text())).rejects.toThrow('terminated')
  expect(hook.received).toHaveLength(1)
  hook.faults.clear()
  const reached = Promise.withResolvers<void>()
  hook.faults.add({ on: '*', where: () => (reached.resolve(), true), answer: { hang: true } })
  const [silent] = await Promise.allSettled([fetch(hook.url), reached.promise.then(() => hook.stop())])
  expect(silent.status).toBe('rejected')
})
