import { connect, createServer, type Socket } from 'node:net'

/** How a connection is lost: politely closed, reset, or swallowed without a word while it stays open. */
export type Cut = 'fin' | 'rst' | 'silence'

/** A TCP proxy whose connections can be lost in every way that a network loses them. */
export interface Proxy extends AsyncDisposable {
  readonly address: '127.0.0.1'
  readonly port: number
  /** How many connections are open now. */
  readonly connections: number
  /** How many were ever accepted. */
  readonly accepted: number
  /** Bytes passed from the server to clients since the start. */
  readonly bytesDownstream: number
  /**
   * Cuts every connection, and new ones too, until `restore()`: at once, or when so many more bytes have passed from the
   * server to clients (exactly so many are passed on).
   */
  cut(how: Cut, afterBytesDownstream?: number): void
  /** Disarms `cut`: new connections pass again. Connections that were swallowed stay dead, as they would. */
  restore(): void
  /** Lets at most so many bytes a second pass from the server to each client; Infinity for no limit. */
  slow(bytesPerSecond: number): void
  /** Resolves once a cut has taken place. */
  readonly happened: Promise<void>
  stop(): Promise<void>
}

interface Link {
  readonly client: Socket
  readonly server: Socket
  dead: boolean
}

/** Starts a proxy on a free port of 127.0.0.1 in front of `to`. */
export async function startProxy(options: {
  readonly to: { readonly host?: string; readonly address?: string; readonly port: number }
}): Promise<Proxy> {
  const { to } = options
  const links = new Set<Link>()
  let accepted = 0
  let passed = 0
  let armed: { how: Cut; left: number } | undefined
  let rate = Infinity
  const happened = Promise.withResolvers<void>()

  const kill = (link: Link, how: Cut): void => {
    if (link.dead) return
    link.dead = true
    for (const socket of [link.client, link.server]) {
      // What still comes is read and thrown away: unread bytes would turn a FIN into a RST.
      socket.removeAllListeners('data').removeAllListeners('end').removeAllListeners('drain').resume()
      if (how === 'fin') socket.end()
      if (how === 'rst') socket.resetAndDestroy()
    }
    happened.resolve()
  }
  const killAll = (how: Cut): void => {
    for (const link of links) kill(link, how)
  }

  const fromServer = (link: Link, chunk: Buffer): void => {
    const left = armed?.left ?? Infinity
    const part = chunk.length > left ? chunk.subarray(0, left) : chunk
    passed += part.length
    const flowing = link.client.write(part)
    if (armed) {
      armed.left -= part.length
      if (armed.left <= 0) return killAll(armed.how)
    }
    if (rate !== Infinity) {
      link.server.pause()
      setTimeout(() => link.server.resume(), (part.length / rate) * 1000)
    } else if (!flowing) {
      link.server.pause()
    }
  }

  const listener = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    accepted++
    const server = connect({
      host: to.host ?? to.address ?? '127.0.0.1',
      port: to.port,
      allowHalfOpen: true,
      noDelay: true,
    })
    const link: Link = { client, server, dead: false }
    links.add(link)
    if (armed !== undefined && armed.left <= 0) kill(link, armed.how)
    else {
      server.on('data', (chunk: Buffer) => fromServer(link, chunk))
      client.on('data', (chunk: Buffer) => {
        if (!server.write(chunk)) client.pause()
      })
      server.on('end', () => client.end()).on('drain', () => client.resume())
      client.on('end', () => server.end()).on('drain', () => server.resume())
    }
    const settle = (): void => {
      if (client.destroyed && server.destroyed) links.delete(link)
      // When one side is gone for good, so is the other; a swallowed connection stays open at its other end.
      else if (!link.dead) (client.destroyed ? server : client).destroy()
    }
    for (const socket of [client, server]) socket.on('error', () => {}).on('close', settle)
  })
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject).listen(0, '127.0.0.1', resolve)
  })
  const address = listener.address()
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      listener.close(() => resolve())
      for (const { client, server } of links) {
        client.destroy()
        server.destroy()
      }
    })
  return {
    address: '127.0.0.1',
    port: typeof address === 'object' && address !== null ? address.port : 0,
    get connections() {
      return links.size
    },
    get accepted() {
      return accepted
    },
    get bytesDownstream() {
      return passed
    },
    happened: happened.promise,
    cut(how, afterBytesDownstream = 0) {
      armed = { how, left: afterBytesDownstream }
      if (afterBytesDownstream <= 0) killAll(how)
    },
    restore() {
      armed = undefined
    },
    slow(bytesPerSecond) {
      rate = bytesPerSecond
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}
