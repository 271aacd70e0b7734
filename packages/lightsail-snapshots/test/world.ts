import { LightsailClient, type LightsailClientConfig } from '@aws-sdk/client-lightsail'
import { type LightsailOptions, type LightsailServer, startLightsail } from '@raxx/testkit/lightsail'

/** A Lightsail with the runbook's instance, and clients for it. */
export interface TestWorld extends AsyncDisposable {
  readonly server: LightsailServer
  /** Its own retries are off: a test that wants them asks for `maxAttempts`. */
  client(config?: LightsailClientConfig): LightsailClient
  /** The names of the operations that were called, in order. */
  called(): string[]
  /** A client whose answers are altered on the way: what a server would have to be wrong to say. */
  altered(alter: (output: Record<string, unknown>) => void): LightsailClient
  /** A signal that is aborted once the server has seen so many calls of an operation. */
  interruptAt(operation: string, nth: number, reason?: Error): AbortSignal
}

export const NOW: Date = new Date('2026-11-22T06:20:00Z')
export const now = (): Date => NOW
export const INSTANCE = 'raxx-tickets'
export const PREFIX = 'raxx-tickets-backup-'
export const TODAY = 'raxx-tickets-backup-2026-11-22'

export async function testWorld(options: LightsailOptions = {}): Promise<TestWorld> {
  const server = await startLightsail({ now, ...options })
  server.addInstance({ name: INSTANCE })
  const clients: LightsailClient[] = []
  let ended = false
  const connect = (config: LightsailClientConfig = {}): LightsailClient => {
    const client = new LightsailClient({
      region: 'us-east-1',
      endpoint: server.url,
      credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'a secret of the test' },
      maxAttempts: 1,
      ...config,
    })
    clients.push(client)
    return client
  }
  return {
    server,
    client: connect,
    altered(alter) {
      const client = connect()
      client.middlewareStack.add(
        (next) => async (args) => {
          const result = await next(args)
          alter(result.output as unknown as Record<string, unknown>)
          return result
        },
        { step: 'initialize' },
      )
      return client
    },
    called: () => server.calls.map((call) => call.operation),
    interruptAt(operation, nth, reason) {
      const interrupt = new AbortController()
      const look = (): void => {
        const seen = server.calls.filter((call) => call.operation === operation).length
        if (seen >= nth) interrupt.abort(reason)
        else if (!ended) setImmediate(look)
      }
      look()
      return interrupt.signal
    },
    async [Symbol.asyncDispose]() {
      ended = true
      for (const client of clients) client.destroy()
      await server.stop()
    },
  }
}
