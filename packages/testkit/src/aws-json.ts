import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { checkSignature, claimedIdentity, type Credentials } from './aws-json-auth.ts'
import { ServiceError } from './aws-json-error.ts'
import { misfits, type InputOf, type Shape } from './aws-json-shape.ts'
import { faultScript, type Call, type FaultScript, type Misbehaviour } from './faults.ts'

/** One operation of a service: what it takes, and what it does. */
export interface Operation {
  readonly writes: boolean
  readonly input: Shape
  /** Members of the input that a recording must not hold. */
  readonly secret: readonly string[]
  handle(input: never): object
}

/** Defines an operation whose handler gets its input validated and typed. It throws `ServiceError` to refuse. */
export function operation<const S extends Shape>(definition: {
  readonly writes: boolean
  readonly input: S
  readonly secret?: readonly string[]
  handle(input: InputOf<S>): object
}): Operation {
  return { secret: [], ...definition }
}

/** A service that speaks awsJson 1.1. */
export interface JsonService {
  /** The prefix of `X-Amz-Target`: `Lightsail_20161128`. */
  readonly targetPrefix: string
  /** The service's name in a signature's scope: `lightsail`. */
  readonly signingName: string
  readonly operations: Readonly<Record<string, Operation>>
  /** The service's own way to refuse an input that breaks a constraint. */
  invalid(message: string): ServiceError
  /** Members that the service adds to an error's body. */
  errorDetails?(code: string): Readonly<Record<string, unknown>>
}

/** A running server. */
export interface JsonServer extends AsyncDisposable {
  readonly url: string
  readonly port: number
  /** Every request so far, in order of arrival. */
  readonly calls: Call[]
  readonly faults: FaultScript
  /** Ends the server and cuts every connection. Safe to call twice. */
  stop(): Promise<void>
}

/** Serves `service` on a free loopback port. Timestamps in answers are epoch seconds; `undefined` members are left out. */
export async function serveJson(
  service: JsonService,
  options: {
    readonly region: string
    readonly credentials?: Credentials | readonly Credentials[] | undefined
  },
): Promise<JsonServer> {
  const calls: Call[] = []
  const faults = faultScript()
  const known = options.credentials && [options.credentials].flat()
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    const target = String(request.headers['x-amz-target'] ?? '')
    const name = target.startsWith(`${service.targetPrefix}.`)
      ? target.slice(service.targetPrefix.length + 1)
      : target
    const found = Object.hasOwn(service.operations, name) ? service.operations[name] : undefined
    const input = parse(body)
    const call: Call = {
      operation: name,
      writes: found?.writes ?? false,
      identity: claimedIdentity(request.headers),
      input: concealed(input ?? {}, found?.secret ?? []),
      status: 0,
    }
    calls.push(call)
    const perform = (): object => {
      if (
        request.method !== 'POST' ||
        request.url !== '/' ||
        !found ||
        !target.startsWith(service.targetPrefix) ||
        request.headers['content-type'] !== 'application/x-amz-json-1.1'
      ) {
        throw new ServiceError('UnknownOperationException', undefined, { status: 404 })
      }
      checkSignature(
        { headers: request.headers, body },
        { region: options.region, service: service.signingName },
        known,
      )
      if (!input) throw new ServiceError('SerializationException', 'the body is not a JSON object')
      const { types, constraints } = misfits(found.input, input)
      if (types.length > 0) throw new ServiceError('SerializationException', types.join('; '))
      if (constraints.length > 0) {
        const s = constraints.length === 1 ? '' : 's'
        throw service.invalid(
          `${constraints.length} validation error${s} detected: ${constraints.join('; ')}`,
        )
      }
      return found.handle(input as never)
    }
    const reply = (): Reply => {
      try {
        return { status: 200, body: encode(perform()) }
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error
        return refusal(error)
      }
    }
    const refusal = (error: ServiceError): Reply => ({
      status: error.status,
      body: encode({
        __type: error.code,
        ...service.errorDetails?.(error.code),
        ...error.details,
        message: error.text,
      }),
    })
    const misbehaviour = faults.take(call)
    if (!misbehaviour) return send(response, reply(), call)
    await misbehave(misbehaviour, { call, response, reply, refusal, service: service.signingName })
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const stop = async (): Promise<void> => {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
  return { url: `http://127.0.0.1:${port}`, port, calls, faults, stop, [Symbol.asyncDispose]: stop }
}

interface Reply {
  readonly status: number
  readonly body: string
}

async function misbehave(
  misbehaviour: Misbehaviour,
  world: {
    readonly call: Call
    readonly response: ServerResponse
    readonly reply: () => Reply
    readonly refusal: (error: ServiceError) => Reply
    readonly service: string
  },
): Promise<void> {
  const { call, response, reply, refusal } = world
  if ('delayMs' in misbehaviour) {
    await sleep(misbehaviour.delayMs)
    return send(response, reply(), call)
  }
  if ('error' in misbehaviour) {
    if (misbehaviour.applied) reply()
    const { status, code, message = defaultMessage(code, call, world.service) } = misbehaviour.error
    return send(response, refusal(new ServiceError(code, message, { status })), call)
  }
  if ('hang' in misbehaviour) {
    if (misbehaviour.applied) reply()
    return
  }
  if (misbehaviour.afterBytes === undefined) {
    if (misbehaviour.applied) reply()
    response.destroy()
    return
  }
  // An answer that breaks off half-way exists: the work was done.
  const { status, body } = reply()
  response.writeHead(status, headersFor(body))
  response.write(Buffer.from(body).subarray(0, misbehaviour.afterBytes), () => response.destroy())
}

function send(response: ServerResponse, { status, body }: Reply, call: Call): void {
  call.status = status
  response.writeHead(status, headersFor(body))
  response.end(body)
}

function headersFor(body: string): Record<string, string | number> {
  return {
    'content-type': 'application/x-amz-json-1.1',
    'content-length': Buffer.byteLength(body),
    'x-amzn-requestid': randomUUID(),
  }
}

// As IAM words it: the operator looks for the action in it.
function defaultMessage(code: string, call: Call, service: string): string | undefined {
  if (code === 'ThrottlingException') return 'Rate exceeded'
  if (code !== 'AccessDeniedException') return undefined
  const action = `${service}:${call.operation}`
  return `User: arn:aws:iam::111122223333:user/${call.identity} is not authorized to perform: ${action} on resource: * because no identity-based policy allows the ${action} action`
}

function parse(body: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

function concealed(input: Record<string, unknown>, secret: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(input).map(([key, value]) => [key, secret.includes(key) ? '(concealed)' : value]),
  )
}

function encode(value: object): string {
  return JSON.stringify(value, function (this: Record<string, unknown>, key, encoded: unknown) {
    const original = this[key]
    return original instanceof Date ? original.getTime() / 1000 : encoded
  })
}
