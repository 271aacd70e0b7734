import type { Socket } from 'node:net'
import type { Client } from 'ssh2'
import type { Loss } from './running.ts'

/** A connection that knows when it is lost. ssh2 alone tells its channels nothing: to them a cut looks like a normal end. */
export interface Connection {
  readonly client: Client
  readonly host: string
  /** How it was lost, once it is. */
  readonly loss: Loss | undefined
  /** Calls back once, when it is lost. Returns how to take that back. */
  onLoss(listener: (loss: Loss) => void): () => void
  /** Says good-bye and resolves when the socket is closed. Commands that still run fail with CLOSED. */
  close(): Promise<void>
}

const FAREWELL_MS = 1000

/**
 * Watches a client that is logged in. It is lost when the socket errors or closes in either direction, when the protocol
 * fails, and when nothing at all was received during `keepaliveCountMax` intervals, in each of which ssh2 asks for an answer.
 */
export function watchConnection(
  client: Client,
  socket: Socket,
  options: {
    readonly host: string
    readonly keepaliveIntervalMs: number
    readonly keepaliveCountMax: number
  },
): Connection {
  const { host, keepaliveIntervalMs, keepaliveCountMax } = options
  const listeners = new Set<(loss: Loss) => void>()
  let loss: Loss | undefined
  let closing: Promise<void> | undefined

  const lose = (how: Loss): void => {
    if (loss) return
    loss = how
    clearInterval(watch)
    for (const listener of listeners) listener(how)
    listeners.clear()
    // Not client.destroy(): it does nothing once the other side has ended, and what we have to send may never leave.
    if (how.code === 'CONNECTION_LOST') socket.destroy()
  }
  const lost = (reason: string, cause?: unknown): void =>
    lose({ kind: 'lost', code: 'CONNECTION_LOST', reason, cause })
  client.on('error', (error) => lost(error.message, error))
  client.on('end', () => lost('the other side closed the connection'))
  client.on('close', () => lost('the connection closed'))

  let received = socket.bytesRead
  let quiet = 0
  const look = (): void => {
    quiet = socket.bytesRead === received ? quiet + 1 : 0
    received = socket.bytesRead
    if (quiet >= keepaliveCountMax) lost(`no sign of life for ${(keepaliveIntervalMs * quiet) / 1000} s`)
  }
  const watch = keepaliveIntervalMs > 0 ? setInterval(look, keepaliveIntervalMs) : undefined

  const close = (): Promise<void> => {
    closing ??= new Promise<void>((resolve) => {
      if (socket.closed) return resolve()
      const timer = setTimeout(() => socket.destroy(), FAREWELL_MS)
      socket.once('close', () => {
        clearTimeout(timer)
        resolve()
      })
      if (!loss) client.end()
      lose({ kind: 'lost', code: 'CLOSED', reason: 'close() was called' })
    })
    return closing
  }

  return {
    client,
    host,
    get loss() {
      return loss
    },
    onLoss(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close,
  }
}
