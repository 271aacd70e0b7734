import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { inspect, promisify } from 'node:util'
import { startProxy } from '@raxx/testkit/proxy'
import { startSshd, type Sshd } from '@raxx/testkit/sshd'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { connect, scanHostKeys, SshError } from '../src/index.ts'

const run = promisify(execFile)
let sshd: Sshd
beforeAll(async () => {
  sshd = await startSshd()
})
afterAll(() => sshd.stop())

const opened: AsyncDisposable[] = []
afterEach(async () => {
  for (const one of opened.splice(0)) await one[Symbol.asyncDispose]()
})

/** A server that is no sshd. */
async function serve(onConnection: (socket: Socket) => void): Promise<number> {
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => {}))
    onConnection(socket)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  opened.push({
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  })
  return (server.address() as AddressInfo).port
}

const wrong = `SHA256:${'x'.repeat(43)}`
const rejection = async (promise: Promise<unknown>): Promise<SshError> => {
  const error: unknown = await promise.then(
    () => new Error('it did not reject'),
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(SshError)
  return error as SshError
}

describe('the host key', () => {
  test.each([0, 1, 2])('is accepted whichever of three is pinned (%i)', async (index) => {
    const pinned = sshd.hostKeys[index] ?? ''
    await using shell = await connect({ ...sshd, hostKeys: [wrong, pinned] })
    expect(shell.hostKey).toBe(pinned)
    expect((await shell.run('echo in')).stdout).toBe('in\n')
  })

  test('when wrong, is refused with what was seen and expected, and nothing is tried on that host', async () => {
    await using other = await startSshd()
    const error = await rejection(connect({ ...other, hostKeys: [wrong] }))
    expect(error).toMatchObject({
      code: 'HOST_KEY_MISMATCH',
      hint: expect.stringContaining('ssh-keygen -lf'),
    })
    for (const key of [...other.hostKeys, wrong]) expect(error.message).toContain(key)
    // One connection for each of three types, and the last one that finds no more.
    await other.until(/(Connection from[^]*){4}/)
    await other.until(/no matching host key type/)
    expect(other.log()).not.toMatch(/publickey|userauth|authenticating|invalid user|accepted|failed/i)
    expect(other.log()).not.toContain(other.user)
  })

  test('when wrong on a server with one type is refused the same', async () => {
    await using other = await startSshd({ hostKeyTypes: ['ed25519'] })
    const error = await rejection(connect({ ...other, hostKeys: [sshd.hostKeys[2] ?? ''] }))
    expect(error.code).toBe('HOST_KEY_MISMATCH')
    expect(error.message).toContain(`seen ${other.hostKeys[0]} (ssh-ed25519); expected ${sshd.hostKeys[2]}`)
  })

  test('is still what the error is about when the host goes away half-way', async () => {
    await using proxy = await startProxy({ to: sshd })
    const pending = rejection(connect({ ...sshd, port: proxy.port, hostKeys: [wrong] }))
    // The first exchange passes some 1.5 kB; the second is cut.
    proxy.cut('rst', 2500)
    const error = await pending
    expect(error.code).toBe('HOST_KEY_MISMATCH')
    expect(error.cause).toMatchObject({ code: 'CONNECT_FAILED' })
  })

  test.each([
    [[], 'HOST_KEYS_MISSING'],
    [['ssh-ed25519 AAAA'], 'HOST_KEYS_INVALID'],
  ])('must be listed: %j is refused before anything is connected to', async (hostKeys, code) => {
    await using proxy = await startProxy({ to: sshd })
    expect((await rejection(connect({ ...sshd, port: proxy.port, hostKeys }))).code).toBe(code)
    expect(proxy.accepted).toBe(0)
  })
})

describe('scanHostKeys', () => {
  test('finds what ssh-keyscan and ssh-keygen find, best first, without a login', async () => {
    await using other = await startSshd()
    const keys = await scanHostKeys(other)
    expect(keys.map(({ type }) => type)).toEqual(['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ssh-rsa'])
    expect(keys.map(({ fingerprint }) => fingerprint)).toEqual(other.hostKeys)
    expect(other.log()).not.toMatch(/publickey|userauth|authenticating|invalid user|accepted|failed/i)
    const { stdout } = await run('ssh-keyscan', ['-p', String(other.port), other.address])
    expect(keys.map(({ line }) => line).toSorted()).toEqual(stdout.trim().split('\n').toSorted())
  })

  test('rejects when nobody answers, when silence answers, and when aborted', async () => {
    const silent = await serve(() => {})
    const none = await rejection(scanHostKeys({ address: '127.0.0.1', port: await closedPort() }))
    expect(none).toMatchObject({ code: 'CONNECT_FAILED', message: expect.stringContaining('ECONNREFUSED') })
    const late = await rejection(scanHostKeys({ address: '127.0.0.1', port: silent }, { timeoutMs: 100 }))
    expect(late.code).toBe('TIMEOUT')
    const signal = AbortSignal.timeout(50)
    expect((await rejection(scanHostKeys({ address: '127.0.0.1', port: silent }, { signal }))).code).toBe(
      'ABORTED',
    )
  })
})

describe('connecting fails with one clear error', () => {
  test('when the key is not let in: user, fingerprint of the key, none of its text', async () => {
    await using other = await startSshd({ hostKeyTypes: ['ed25519'] })
    const error = await rejection(connect({ ...sshd, privateKey: other.privateKey }))
    const { stdout } = await run('ssh-keygen', ['-lf', other.privateKeyFile])
    expect(error).toMatchObject({ code: 'AUTH_FAILED', hint: expect.stringContaining('authorized_keys') })
    expect(error.message).toContain(/SHA256:\S+/.exec(stdout)?.[0])
    const told = inspect(error, { depth: 9, showHidden: true })
    expect(other.privateKey.split('\n').filter((line) => line.length > 20 && told.includes(line))).toEqual([])
  })

  test('when the server allows one attempt only, the key is that attempt', async () => {
    await using strict = await startSshd({ hostKeyTypes: ['ed25519'], config: ['MaxAuthTries 1'] })
    await using shell = await connect(strict)
    await shell.run('true')
    await using other = await startSshd({ hostKeyTypes: ['ed25519'] })
    expect((await rejection(connect({ ...strict, privateKey: other.privateKey }))).code).toBe('AUTH_FAILED')
  })

  test('when the private key is of no use, before anything is connected to', async () => {
    await using proxy = await startProxy({ to: sshd })
    expect((await rejection(connect({ ...sshd, port: proxy.port, privateKey: 'x' }))).code).toBe(
      'BAD_PRIVATE_KEY',
    )
    expect(proxy.accepted).toBe(0)
  })

  test('when nothing listens, the name is unknown, or the port is none', async () => {
    const refused = await rejection(connect({ ...sshd, port: await closedPort() }))
    expect(refused).toMatchObject({ code: 'CONNECT_FAILED', hint: expect.stringContaining('sshd runs') })
    expect(refused.message).toContain('ECONNREFUSED')
    expect((await rejection(connect({ ...sshd, address: 'no-such-host.invalid' }))).code).toBe(
      'CONNECT_FAILED',
    )
    expect((await rejection(connect({ ...sshd, port: 70_000 }))).code).toBe('CONNECT_FAILED')
  })

  test.each<[string, (socket: Socket) => void]>([
    ['closes at once', (socket) => socket.end()],
    ['resets', (socket) => socket.resetAndDestroy()],
    ['speaks HTTP', (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['says it is busy', (socket) => socket.end('Exceeded MaxStartups\r\n')],
    ['greets and then talks nonsense', (socket) => socket.end(`SSH-2.0-x\r\n${'\u0001'.repeat(999)}`)],
  ])('when the other side %s', async (_, behaviour) => {
    const error = await rejection(connect({ ...sshd, port: await serve(behaviour) }))
    expect(error.code).toBe('CONNECT_FAILED')
    expect(error.message).toMatch(/^cannot connect to root@127\.0\.0\.1:\d+: ./)
  })

  test('when the other side says nothing for too long', async () => {
    const error = await rejection(connect({ ...sshd, port: await serve(() => {}) }, { readyTimeoutMs: 100 }))
    expect(error).toMatchObject({ code: 'TIMEOUT', hint: expect.stringContaining('firewall') })
  })

  test('when it is aborted, before and during', async () => {
    const port = await serve(() => {})
    const reason = new Error('enough')
    const before = await rejection(connect({ ...sshd, port }, { signal: AbortSignal.abort(reason) }))
    expect(before).toMatchObject({ code: 'ABORTED', cause: reason })
    const controller = new AbortController()
    const during = rejection(connect({ ...sshd, port }, { signal: controller.signal }))
    controller.abort(reason)
    expect(await during).toMatchObject({ code: 'ABORTED', cause: reason })
  })
})

describe('a connection', () => {
  test('that is closed fails what still runs, and later commands, once and for all', async () => {
    const shell = await connect(sshd)
    const running = rejection(shell.run('sleep 20'))
    const stream = shell.read('cat /dev/zero')
    const failed = new Promise((resolve) => stream.once('error', resolve))
    await shell.run('true')
    await Promise.all([shell.close(), shell.close()])
    expect((await running).code).toBe('CLOSED')
    expect(await failed).toMatchObject({ code: 'CLOSED' })
    expect((await rejection(shell.run('true'))).code).toBe('CLOSED')
    await shell.close()
  })

  test('closes in time though the other side is gone silent', async () => {
    await using proxy = await startProxy({ to: sshd })
    const shell = await connect({ ...sshd, port: proxy.port })
    proxy.cut('silence')
    const started = performance.now()
    await shell.close()
    expect(performance.now() - started).toBeLessThan(5000)
  })

  test('that may hold no more commands says so, and goes on with those it has', async () => {
    await using small = await startSshd({ hostKeyTypes: ['ed25519'], config: ['MaxSessions 1'] })
    await using shell = await connect(small)
    const running = shell.run('cat', { input: 'x'.repeat(3_000_000) })
    const error = await rejection(shell.run('true'))
    expect(error).toMatchObject({ code: 'START_FAILED', hint: expect.stringContaining('MaxSessions') })
    expect((await running).stdout.length).toBe(3_000_000)
  })
})

test('after failures of every kind nothing keeps the program alive', async () => {
  await using proxy = await startProxy({ to: sshd })
  proxy.cut('silence', 60_000)
  const program = `
    const { connect, scanHostKeys, localShell } = await import(${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)})
    const target = JSON.parse(process.env.TARGET)
    const fail = (work) => work.then(() => { throw new Error('no failure') }, (error) => console.log(error.code))
    await fail(connect({ ...target, hostKeys: ['${wrong}'] }))
    await fail(connect({ ...target, user: 'nobody' }))
    await fail(connect({ ...target, port: ${proxy.port} }, { signal: AbortSignal.abort() }))
    await fail(localShell().run('sleep 20', { idleTimeoutMs: 50 }))
    const shell = await connect({ ...target, port: ${proxy.port} }, { keepaliveIntervalMs: 50 })
    await fail(shell.run('cat /dev/zero'))
    console.log('done')`
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program], {
    env: { ...process.env, TARGET: JSON.stringify(sshd) },
    timeout: 30_000,
  })
  expect(stdout.trim().split('\n')).toEqual([
    'HOST_KEY_MISMATCH',
    'AUTH_FAILED',
    'ABORTED',
    'IDLE',
    'CONNECTION_LOST',
    'done',
  ])
})

/** A port that nothing listens on. */
async function closedPort(): Promise<number> {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
