import { once } from 'node:events'
import { PassThrough, Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import * as fc from 'fast-check'
import { startProxy, type Cut, type Proxy } from '@raxx/testkit/proxy'
import { startSshd, type Sshd } from '@raxx/testkit/sshd'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { connect, SshError, type SshShell } from '../src/index.ts'

let sshd: Sshd
let proxy: Proxy
beforeAll(async () => {
  sshd = await startSshd({ hostKeyTypes: ['ed25519'] })
  proxy = await startProxy({ to: sshd })
})
afterAll(async () => {
  await proxy.stop()
  await sshd.stop()
})
beforeEach(() => {
  proxy.restore()
  proxy.slow(Infinity)
})

const through = (): Promise<SshShell> =>
  connect({ ...sshd, port: proxy.port }, { keepaliveIntervalMs: 100, keepaliveCountMax: 10 })

const LOSSES: Record<string, () => unknown> = {
  'a FIN': () => proxy.cut('fin'),
  'a RST': () => proxy.cut('rst'),
  silence: () => proxy.cut('silence'),
  'sshd killed': () => sshd.killSessions(),
}

const lost = (bytes: RegExp): unknown =>
  expect.objectContaining({
    code: 'CONNECTION_LOST',
    message: expect.stringMatching(
      new RegExp(
        String.raw`lost the connection to root@127\.0\.0\.1:${proxy.port} .* after ${bytes.source} bytes?: `,
      ),
    ),
    hint: expect.any(String),
  })

describe.each(Object.entries(LOSSES))('%s', (_, lose) => {
  test('in the middle of a read is an error of the pipeline, and the stream never ends', async () => {
    const shell = await through()
    const stream = shell.read('cat /dev/zero')
    let ended = false
    stream.on('end', () => (ended = true))
    const closed = new Promise((resolve) => stream.once('close', resolve))
    const outcome = pipeline(stream, new PassThrough().resume()).catch((error: unknown) => error)
    await once(stream, 'data')
    lose()
    expect(await outcome).toEqual(lost(/[1-9]\d*/))
    await closed
    expect(ended).toBe(false)
    await expect(shell.run('true')).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
    await shell.close()
  })

  test('in the middle of a read is thrown by for await', async () => {
    const shell = await through()
    const iterate = async (): Promise<void> => {
      let first = true
      for await (const chunk of shell.read('cat /dev/zero')) {
        if (chunk && first) lose()
        first = false
      }
    }
    await expect(iterate()).rejects.toEqual(lost(/[1-9]\d*/))
  })

  test('fails a read whose reader is not reading', async () => {
    const shell = await through()
    const stream = shell.read('cat /dev/zero')
    await once(stream, 'readable')
    const failed = new Promise((resolve) => stream.once('error', resolve))
    lose()
    expect(await failed).toEqual(lost(/[1-9]\d*/))
  })

  test('fails a write, with data under way and without', async () => {
    const shell = await through()
    const busy = shell.write('cat > /dev/null')
    const waiting = shell.write('cat > /dev/null')
    const zeros = Readable.from(
      (function* () {
        for (;;) yield Buffer.alloc(50_000)
      })(),
    )
    const first = pipeline(zeros, busy).catch((error: unknown) => error)
    const second = new Promise((resolve) => waiting.once('error', resolve))
    waiting.write('half of')
    await shell.run('true')
    lose()
    expect(await first).toEqual(lost(/\d+/))
    expect(await second).toEqual(lost(/7/))
  })

  test('fails a run, and every other command of the connection', async () => {
    const shell = await through()
    const first = shell.run('sleep 20').catch((error: unknown) => error)
    const second = shell.run('sleep 20; echo').catch((error: unknown) => error)
    await shell.run('true')
    lose()
    expect(await first).toEqual(lost(/0/))
    expect(await second).toEqual(lost(/0/))
  })

  test('while nothing runs fails the next command', async () => {
    const shell = await through()
    lose()
    await expect(shell.run('true')).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
    await shell.close()
  })
})

/** Reads a command to its end while the connection is cut after so many bytes. */
const attempt = async (
  cut: Cut,
  after: number,
  command: string,
): Promise<{ bytes: number; error: unknown }> => {
  const shell = await through()
  proxy.cut(cut, after)
  let bytes = 0
  try {
    for await (const chunk of shell.read(command) as AsyncIterable<Buffer>) bytes += chunk.length
    return { bytes, error: undefined }
  } catch (error) {
    return { bytes, error }
  } finally {
    proxy.restore()
    await shell.close()
  }
}

describe('wherever the connection is cut', () => {
  const SIZE = 400_000
  test('before the last byte: never an end', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<Cut>('fin', 'rst'),
        fc.integer({ min: 0, max: SIZE }),
        async (cut, after) => {
          const { bytes, error } = await attempt(cut, after, `head -c ${SIZE} /dev/zero`)
          expect(bytes).toBeLessThanOrEqual(after)
          expect(error).toMatchObject({ code: 'CONNECTION_LOST' })
        },
      ),
      { numRuns: 12 },
    )
  })

  test('around the last bytes and the exit status: an end only with all of it', async () => {
    const outcomes = new Set<string>()
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<Cut>('fin', 'rst'),
        fc.integer({ min: 0, max: 4000 }),
        async (cut, more) => {
          // sshd reports the exit of the shell at once, and sends what its children still write after that. ssh2 then closes
          // the channel with exit code 0 even when the connection was cut in between.
          const { bytes, error } = await attempt(cut, more, '(sleep 0.02; head -c 2000 /dev/zero) & exit 0')
          const outcome = error instanceof SshError ? error.code : `an end after ${bytes} bytes`
          outcomes.add(outcome)
          expect(outcome).toMatch(/^(CONNECTION_LOST|an end after 2000 bytes)$/)
        },
      ),
      {
        numRuns: 12,
        examples: [
          ['fin', 300],
          ['rst', 300],
          ['fin', 1500],
          ['fin', 4000],
        ],
      },
    )
    expect(outcomes.size).toBe(2)
  })
})

test('a slow line is not silence, though the answers to keepalives come late', async () => {
  const shell = await through()
  proxy.slow(300_000)
  const { stdout } = await shell.run('head -c 500000 /dev/zero')
  expect(stdout.length).toBe(500_000)
  await shell.close()
})

test('a connection with nothing to say stays up', async () => {
  const shell = await through()
  expect((await shell.run('sleep 1.5; echo after ten keepalives')).stdout).toBe('after ten keepalives\n')
  await shell.close()
})

test('nothing is lost over many changes of keys', async () => {
  // No less: below its own window of 2 MiB, sshd goes on changing keys and even OpenSSH's client makes no progress.
  await using rekeying = await startSshd({ hostKeyTypes: ['ed25519', 'rsa'], config: ['RekeyLimit 2M'] })
  // The RSA key, so that re-keying too must ask for the type that is pinned.
  const shell = await connect({ ...rekeying, hostKeys: rekeying.hostKeys.slice(1) })
  const stdout = await shell.run('head -c 8000000 /dev/zero | tee /dev/stderr | cksum', {
    maxOutputBytes: 100,
  })
  expect(stdout.stdout).toBe((await shell.run('head -c 8000000 /dev/zero | cksum')).stdout)
  let bytes = 0
  for await (const chunk of shell.read('head -c 8000000 /dev/zero') as AsyncIterable<Buffer>)
    bytes += chunk.length
  expect(bytes).toBe(8_000_000)
  await pipeline(Readable.from([Buffer.alloc(8_000_000)]), shell.write('[ "$(wc -c)" -eq 8000000 ]'))
  await shell.close()
})
