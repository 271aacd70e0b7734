import { existsSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A web server that is there only while it is started: before and after, nothing listens on its port. */
export interface FreescoutPage {
  readonly port: number
  start(): Promise<void>
  stop(): Promise<void>
}

/**
 * What Apache and FreeScout answer to somebody who is not logged in: 302 to `/login`, and there a login form; 503 while
 * `downFile` exists; 500 when the database does not answer.
 */
export async function freescoutPage(options: {
  readonly downFile: string
  /** Asks the database for something; rejects when it does not answer. */
  readonly ask: () => Promise<unknown>
}): Promise<FreescoutPage> {
  let server: Server | undefined
  let port = 0
  const answer = async (url: string): Promise<[number, Record<string, string>, string]> => {
    if (existsSync(options.downFile)) return [503, {}, '<h1>Be right back.</h1>']
    try {
      await options.ask()
    } catch {
      return [500, {}, '<h1>Whoops, looks like something went wrong.</h1>']
    }
    if (url !== '/login') return [302, { location: '/login' }, 'Redirecting to /login.']
    return [200, {}, LOGIN]
  }
  const start = async (): Promise<void> => {
    if (server) return
    const starting = createServer((request, response) => {
      void answer(request.url ?? '/').then(([status, headers, body]) =>
        response
          .writeHead(status, { 'content-type': 'text/html; charset=UTF-8', connection: 'close', ...headers })
          .end(body),
      )
    })
    await new Promise<void>((resolve, reject) => {
      starting.once('error', reject).listen(port, '127.0.0.1', resolve)
    })
    server = starting
    port = (starting.address() as AddressInfo).port
  }
  await start()
  return {
    port,
    start,
    async stop() {
      const stopping = server
      server = undefined
      await new Promise<void>((resolve) => {
        if (!stopping) return resolve()
        stopping.close(() => resolve())
        stopping.closeAllConnections()
      })
    },
  }
}

const LOGIN = `<!DOCTYPE html>
<html lang="en"><head><meta name="csrf-token" content="x"><title>FreeScout</title></head>
<body class=" user-is-guest ">
<form class="form-horizontal margin-top" method="POST" action="/login">
  <input type="hidden" name="_token" value="x">
  <input id="email" type="email" class="form-control" name="email" value="" required autofocus>
  <input id="password" type="password" class="form-control" name="password" required>
  <button type="submit" class="btn btn-primary">Login</button>
</form></body></html>
`
