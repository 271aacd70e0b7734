import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { startProxy, type Proxy } from '../src/proxy.ts'

const open: AsyncDisposable[] = []
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one[Symbol.asyncDispose]()
})

/** A server that sends `bytes` to everyone, then what it is sent, and keeps the sockets it has. */
async function serve(bytes: number): Promise<{ proxy: Proxy; sockets: Socket[] }> {
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => {})
    socket.write(Buffer.alloc(bytes, 'x'))
    socket.pipe(socket)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const proxy = await startProxy({ to: { port: (server.address() as AddressInfo).port } })
  open.push({
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  })
  open.push(proxy)
  return { proxy, sockets }
}

const dial = (proxy: Proxy): { socket: Socket; got: () => number; ended: Promise<string> } => {
  const socket = connect(proxy.port, proxy.address)
  let got = 0
  const ended = new Promise<string>((resolve) => {
    socket.once('end', () => resolve('fin')).once('error', (error) => resolve(error.message))
  })
  socket.on('data', (chunk) => (got += chunk.length))
  return { socket, got: () => got, ended }
}

test('bytes pass unchanged both ways until a cut', async () => {
  const { proxy } = await serve(0)
  const { socket } = dial(proxy)
  socket.write('there and back')
  const [answer] = (await once(socket, 'data')) as [Buffer]
  expect(answer.toString()).toBe('there and back')
  expect(proxy.connections).toBe(1)
  expect(proxy.bytesDownstream).toBe(14)
  socket.end()
  await once(socket, 'close')
})

test('a FIN after so many bytes lets exactly so many through, then ends in peace', async () => {
  const { proxy } = await serve(1_000_000)
  proxy.cut('fin', 123_457)
  const { got, ended, socket } = dial(proxy)
  expect(await ended).toBe('fin')
  expect(got()).toBe(123_457)
  socket.destroy()
})

test('a RST is seen as a reset', async () => {
  const { proxy } = await serve(1000)
  proxy.cut('rst', 1000)
  expect(await dial(proxy).ended).toMatch(/ECONNRESET/)
})

test('silence keeps the socket open and passes nothing, in either direction', async () => {
  const { proxy, sockets } = await serve(0)
  const { socket, got } = dial(proxy)
  socket.write('a')
  await once(socket, 'data')
  proxy.cut('silence')
  let reached = 0
  sockets[0]?.on('data', (chunk) => (reached += chunk.length))
  socket.write('b')
  sockets[0]?.write('c')
  // A second connection through a proxy of its own proves that time enough has passed for the bytes to arrive.
  const control = await serve(0)
  const other = dial(control.proxy)
  other.socket.write('d')
  await once(other.socket, 'data')
  expect([got(), reached, socket.destroyed, sockets[0]?.destroyed]).toEqual([1, 0, false, false])
  expect(proxy.connections).toBe(1)
  other.socket.destroy()
  socket.destroy()
})

test('new connections are cut too until restored', async () => {
  const { proxy } = await serve(10)
  proxy.cut('rst')
  expect(await dial(proxy).ended).toMatch(/ECONNRESET/)
  proxy.restore()
  const { socket } = dial(proxy)
  await once(socket, 'data')
  socket.destroy()
  expect(proxy.accepted).toBe(2)
})

test('a slow link takes its time', async () => {
  const { proxy } = await serve(100_000)
  proxy.slow(500_000)
  const started = performance.now()
  const { socket, got } = dial(proxy)
  while (got() < 100_000) await once(socket, 'data')
  expect(performance.now() - started).toBeGreaterThan(50)
  socket.destroy()
})
