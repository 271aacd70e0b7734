import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Call, type FaultScript, faultScript, type Misbehaviour } from './faults.ts'

/** One request, read to its end. */
export interface ScriptedRequest {
  readonly method: string
  /** Path and query. */
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface ScriptedAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
}

/** What a small server does with a request; the rest (recording, faults, ending) is the same for all. */
export interface ScriptedHandler {
  /** How the request is recorded. */
  describe(request: ScriptedRequest): Omit<Call, 'status'>
  /** Does the work and answers. */
  answer(request: ScriptedRequest, call: Call): ScriptedAnswer
  /** The answer that a fault's `error` stands for. */
  refuse(error: { readonly status: number; readonly code: string; readonly message?: string }): ScriptedAnswer
}

export interface ScriptedServer extends AsyncDisposable {
  readonly port: number
  /** Every request so far, in order of arrival. */
  readonly calls: Call[]
  readonly faults: FaultScript
  /** Ends the server and cuts every connection. Safe to call twice. */
  stop(): Promise<void>
}

/** Serves a handler on a free loopback port. */
export async function serveScripted(handler: ScriptedHandler): Promise<ScriptedServer> {
  const calls: Call[] = []
  const faults = faultScript()
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy())
  })

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const { method = '', url = '', headers } = incoming
    const request = { method, url, headers, body: Buffer.concat(chunks).toString('utf8') }
    const call: Call = { ...handler.describe(request), status: 0 }
    calls.push(call)
    const fault = faults.take(call)
    if (fault && 'delayMs' in fault) await sleep(fault.delayMs)
    const broken = fault && !('delayMs' in fault) ? fault : undefined
    const answer = broken && broken.applied !== true ? undefined : handler.answer(request, call)
    if (broken) misbehave(broken, answer, call, response)
    else if (answer) send(answer, call, response)
  }

  function misbehave(
    fault: Exclude<Misbehaviour, { delayMs: number }>,
    answer: ScriptedAnswer | undefined,
    call: Call,
    response: ServerResponse,
  ): void {
    if ('error' in fault) return send(handler.refuse(fault.error), call, response)
    if ('hang' in fault) return
    const bytes = fault.afterBytes ?? 0
    if (!answer || bytes === 0) {
      response.destroy()
      return
    }
    response.writeHead(answer.status, { ...answer.headers, 'content-length': Buffer.byteLength(answer.body) })
    response.write(Buffer.from(answer.body).subarray(0, bytes), () => response.destroy())
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const stop = async (): Promise<void> => {
    server.closeAllConnections()
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
  return {
    port: (server.address() as AddressInfo).port,
    calls,
    faults,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

function send(answer: ScriptedAnswer, call: Call, response: ServerResponse): void {
  call.status = answer.status
  response.writeHead(answer.status, answer.headers)
  response.end(answer.body)
}
