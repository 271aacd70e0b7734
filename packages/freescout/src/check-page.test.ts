import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { expect, test } from 'vitest'
import { checkPage, type PageCheck } from './check-page.ts'

const LOGIN =
  '<input type="hidden" name="_token"><INPUT type=email name="email"><input\n required name="password">'

function* endless(): Generator<string> {
  for (;;) yield 'x'.repeat(65_536)
}

async function check(
  answer: RequestListener,
  options: Parameters<typeof checkPage>[2] = {},
): Promise<PageCheck> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    return await checkPage(fetch, `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, options)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

test('follows to the login page', async () => {
  const seen: string[] = []
  const result = await check((request, response) => {
    seen.push(request.url ?? '')
    if (request.url === '/') response.writeHead(302, { location: '/login' }).end()
    else response.end(LOGIN)
  })
  expect(result).toMatchObject({ ok: true, status: 200, problem: undefined })
  expect(result.ms).toBeGreaterThan(0)
  expect(seen).toEqual(['/', '/login'])
})

test.each<[string, RequestListener, number, RegExp]>([
  [
    'the web server’s own page',
    (_, r) => r.end('<h1>Apache2 Debian Default Page</h1>'),
    200,
    /not FreeScout/,
  ],
  ['maintenance mode', (_, r) => r.writeHead(503).end(LOGIN), 503, /maintenance/],
  ['an error', (_, r) => r.writeHead(500).end(LOGIN), 500, /500/],
  ['an endless redirect', (_, r) => r.writeHead(302, { location: '/' }).end(), 302, /redirects/],
])('%s is not good', async (_, answer, status, problem) => {
  expect(await check(answer)).toMatchObject({ ok: false, status, problem: expect.stringMatching(problem) })
})

test('an endless page is read to its first MiB alone', async () => {
  const result = await check((_, response) => {
    void pipeline(Readable.from(endless()), response).catch(() => {}) // cut off by the reader, as it should be
  })
  expect(result).toMatchObject({ ok: false, problem: expect.stringMatching(/not FreeScout/) })
})

test('a server that says nothing is given up on', async () => {
  expect(await check(() => {}, { timeoutMs: 100 })).toMatchObject({
    ok: false,
    status: undefined,
    problem: 'no answer within 100 ms',
  })
})

test('nobody there is not good, and says why', async () => {
  expect(await checkPage(fetch, 'http://127.0.0.1:1/')).toMatchObject({
    ok: false,
    problem: expect.stringMatching(/no answer: /),
  })
})

test('rejects when it is aborted', async () => {
  await expect(check(() => {}, { signal: AbortSignal.abort(new Error('stop')) })).rejects.toThrow('stop')
})
