import { createHash, randomBytes } from 'node:crypto'
import { getEventListeners, once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable, Writable, type Duplex } from 'node:stream'
import { finished, pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { inspect } from 'node:util'
import { isAlive } from '@raxx/testkit/processes'
import { startSshd } from '@raxx/testkit/sshd'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect, localShell, shellQuote, type Shell } from '../src/index.ts'

const over = async (
  shell: '/bin/dash' | '/bin/bash',
): Promise<{ shell: Shell; stop: () => Promise<void> }> => {
  const sshd = await startSshd({ shell, hostKeyTypes: ['ed25519'] })
  const remote = await connect(sshd)
  return {
    shell: remote,
    stop: async () => {
      await remote.close()
      await sshd.stop()
    },
  }
}

describe.each([
  ['the local shell', async () => ({ shell: localShell(), stop: async () => {} })],
  ['dash over SSH', () => over('/bin/dash')],
  ['bash over SSH', () => over('/bin/bash')],
])('%s', (_, start) => {
  let shell: Shell
  let stop: () => Promise<void>
  const dir = mkdtempSync(join(tmpdir(), 'raxx-shell-'))
  let files = 0
  const fresh = (): string => join(dir, String(files++))

  beforeAll(async () => ({ shell, stop } = await start()))
  afterAll(async () => {
    await stop()
    rmSync(dir, { recursive: true, force: true })
  })

  describe('read', () => {
    test('gives every byte of 5 MB, then ends and closes', async () => {
      const stream = shell.read('head -c 5000000 /dev/zero; printf end')
      const closed = closing(stream)
      let bytes = 0
      let last = Buffer.alloc(0)
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        bytes += chunk.length
        last = Buffer.concat([last, chunk]).subarray(-4)
      }
      expect([bytes, last.toString('latin1')]).toEqual([5_000_003, '\0end'])
      await closed
    })

    test.each([
      ['exit 3', { code: 'EXIT_NONZERO', exitCode: 3 }],
      ['kill -9 $$', { code: 'KILLED', signal: 'SIGKILL', hint: expect.stringContaining('out-of-memory') }],
      ['kill -TERM $$', { code: 'KILLED', signal: 'SIGTERM' }],
      ['nosuchcommand', { code: 'EXIT_NONZERO', exitCode: 127, hint: expect.stringContaining('Install') }],
    ])('fails, and never ends, after output and then `%s`', async (ending, expected) => {
      const command = `head -c 300000 /dev/zero; echo the reason >&2; ${ending}`
      const stream = shell.read(command)
      let ended = false
      stream.on('end', () => (ended = true))
      const closed = closing(stream)
      await expect(pipeline(stream, new PassThrough().resume())).rejects.toMatchObject(expected)
      await closed
      expect(ended).toBe(false)
      const iterate = async (): Promise<void> => {
        for await (const chunk of shell.read(command)) void chunk
      }
      await expect(iterate()).rejects.toMatchObject({
        ...expected,
        message: expect.stringMatching(/after 300000 bytes: the reason/),
        stderr: expect.stringContaining('the reason\n'),
      })
    })

    test('drains 5 MB of stderr without a deadlock and keeps its end, printable', async () => {
      const command = String.raw`head -c 5000000 /dev/zero | tr '\0' x >&2; printf '\033[31mfin\033[0m\007al\n' >&2; printf ok`
      await expect(readAll(shell.read(command))).resolves.toEqual(Buffer.from('ok'))
      const error = await shell.run(`${command}; exit 1`).catch((thrown: unknown) => thrown)
      const { message, stderr } = error as Error & { stderr: string }
      expect(stderr.replace(/^x+/, '')).toBe('\u001b[31mfin\u001b[0m\u0007al\n')
      expect(stderr.length).toBe(16 * 1024)
      expect(message).toMatch(/xfin al$/)
      expect(message.length).toBeLessThan(2300)
    })

    test('gives the command its input, or an empty stdin', async () => {
      const input = randomBytes(3_000_000)
      const output = await readAll(shell.read('cat', { input }))
      expect(sha256(output)).toBe(sha256(input))
      expect(await readAll(shell.read('cat'))).toHaveLength(0)
      expect(await readAll(shell.read('printf unread', { input }))).toEqual(Buffer.from('unread'))
    })

    test('holds the command back while nobody reads, and loses nothing by it', async () => {
      const mark = fresh()
      const stream = shell.read(`head -c 30000000 /dev/zero; touch ${mark}`, { idleTimeoutMs: 1000 })
      await once(stream, 'readable')
      // The same work twice, unhindered, is time enough to have got through; and longer than the idle limit.
      await shell.run('head -c 30000000 /dev/zero | wc -c', {})
      await shell.run('head -c 30000000 /dev/zero | wc -c; sleep 1.1')
      expect(existsSync(mark)).toBe(false)
      expect(stream.readableLength).toBeLessThan(1_000_000)
      expect(await readAll(stream)).toHaveLength(30_000_000)
      expect(existsSync(mark)).toBe(true)
    })

    test.each(['destroyed', 'left by a break'])('ends the command when it is %s', async (how) => {
      const pidFile = fresh()
      const stream = shell.read(`echo $$ > ${pidFile}; exec cat /dev/zero`)
      const closed = closing(stream)
      if (how === 'destroyed') {
        await once(stream, 'readable')
        stream.destroy()
      } else {
        for await (const chunk of stream) if (chunk) break
      }
      await closed
      expect(await gone(pidFile)).toBe(true)
      expect((await shell.run('echo still here')).stdout).toBe('still here\n')
    })

    test('that is destroyed at once closes', async () => {
      const stream = shell.read('cat /dev/zero')
      const closed = closing(stream)
      stream.destroy()
      await closed
      expect(stream.destroyed).toBe(true)
    })

    test('fails when the command gives nothing for too long', async () => {
      const iterate = readAll(shell.read('printf abc; sleep 5', { idleTimeoutMs: 1000 }))
      await expect(iterate).rejects.toMatchObject({
        code: 'IDLE',
        message: expect.stringContaining('after 3 bytes'),
      })
      await readAll(shell.read('for i in 1 2 3 4 5 6; do echo $i; sleep 0.25; done', { idleTimeoutMs: 1200 }))
    })
  })

  describe('write', () => {
    test('finishes only after the command has done its work and exited with 0', async () => {
      const file = fresh()
      const data = randomBytes(5_000_000)
      const stream = shell.write(`cat > ${file}.part; sleep 0.3; mv ${file}.part ${file}`, {
        input: 'first ',
      })
      const closed = closing(stream)
      await pipeline(Readable.from(pieces(data)), stream)
      expect(sha256(readFileSync(file))).toBe(sha256(Buffer.concat([Buffer.from('first '), data])))
      await closed
    })

    test.each([
      [
        'after it took everything',
        'cat >/dev/null; echo the reason >&2; exit 3',
        { code: 'EXIT_NONZERO', exitCode: 3 },
      ],
      ['early', 'head -c 10 >/dev/null; echo the reason >&2; exit 3', { code: 'EXIT_NONZERO', exitCode: 3 }],
      ['at once', 'echo the reason >&2; exit 1', { code: 'EXIT_NONZERO', exitCode: 1 }],
      ['early, by a signal', 'head -c 10 >/dev/null; echo the reason >&2; kill -9 $$', { code: 'KILLED' }],
    ])(
      'fails, never hangs and never finishes, when the command fails %s',
      async (_when, command, expected) => {
        const stream = shell.write(command)
        let finishes = 0
        stream.on('finish', () => finishes++)
        const closed = closing(stream)
        await expect(pipeline(Readable.from(pieces(Buffer.alloc(20_000_000))), stream)).rejects.toMatchObject(
          {
            ...expected,
            message: expect.stringMatching(/: the reason$/),
          },
        )
        await closed
        expect(finishes).toBe(0)
      },
    )

    test('fails when the command exits with 0 before it was given everything', async () => {
      await expect(
        pipeline(Readable.from(pieces(Buffer.alloc(20_000_000))), shell.write('head -c 1000 >/dev/null')),
      ).rejects.toMatchObject({ code: 'INPUT_UNREAD' })
      // With nothing pending either: the command is over, and the writer has not said that it is.
      const open = shell.write('exit 0')
      await expect(finished(open)).rejects.toMatchObject({ code: 'INPUT_UNREAD' })
    })

    test('is held back by a command that does not read', async () => {
      const mark = fresh()
      let offered = 0
      const source = Readable.from(
        (function* () {
          for (; offered < 50_000_000; offered += 100_000) yield Buffer.alloc(100_000)
        })(),
      )
      const done = pipeline(source, shell.write(`until [ -e ${mark} ]; do sleep 0.05; done; exec wc -c >&2`))
      await shell.run('head -c 50000000 /dev/zero | wc -c')
      expect(offered).toBeLessThan(10_000_000)
      await shell.run(`touch ${mark}`)
      await done
      expect(offered).toBe(50_000_000)
    })

    test('destroyed half-way ends the command', async () => {
      const pidFile = fresh()
      const stream = shell.write(`echo $$ > ${pidFile}; exec cat > /dev/null`)
      const closed = closing(stream)
      stream.write('half of')
      await appears(pidFile)
      stream.destroy()
      await closed
      expect(await gone(pidFile)).toBe(true)
    })

    test('fails when the command takes nothing for too long, but not while there is nothing to take', async () => {
      const idleTimeoutMs = 1000
      const stuck = pipeline(
        Readable.from(pieces(Buffer.alloc(20_000_000))),
        shell.write('sleep 5', { idleTimeoutMs }),
      )
      await expect(stuck).rejects.toMatchObject({ code: 'IDLE' })
      const slow = shell.write('cat > /dev/null', { idleTimeoutMs })
      slow.write('a')
      await sleep(1.2 * idleTimeoutMs)
      slow.end('b')
      await finished(slow)
    })

    test('throws away what the command prints, however much', async () => {
      const stream = shell.write('cat >/dev/null; head -c 5000000 /dev/zero')
      stream.end('x')
      await expect(finished(stream)).resolves.toBeUndefined()
    })
  })

  describe('run', () => {
    test('gives both outputs of a script of any lines and quotes', async () => {
      const script = `set -eu\nword=${shellQuote('it\'s "so" $HOME\n — ✓')}\nprintf %s "$word"\necho warning >&2\ncat\n`
      expect(await shell.run(script, { input: ' and input' })).toEqual({
        stdout: 'it\'s "so" $HOME\n — ✓ and input',
        stderr: 'warning\n',
      })
    })

    test('refuses more output than it was told to hold', async () => {
      const pidFile = fresh()
      await expect(
        shell.run(`echo $$ > ${pidFile}; exec cat /dev/zero`, { maxOutputBytes: 100_000 }),
      ).rejects.toMatchObject({ code: 'OUTPUT_TOO_LARGE', message: expect.stringContaining('100000') })
      expect(await gone(pidFile)).toBe(true)
      expect((await shell.run('printf 12345', { maxOutputBytes: 5 })).stdout).toBe('12345')
    })

    test('runs side by side with others, each with its own end', async () => {
      const results = await Promise.allSettled([
        shell.run('sleep 0.2; echo a'),
        shell.run('exit 7'),
        readAll(shell.read('head -c 3000000 /dev/zero')),
        shell.run('echo d'),
      ])
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
    })

    test('never tells the input in an error', async () => {
      const input = 'password=hunter2'
      const error = await shell.run('cat > /dev/null; exit 1', { input }).catch((thrown: unknown) => thrown)
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('hunter2')
    })

    test('calls the command by its name, or by the start of its first line', async () => {
      await expect(shell.run('exit 1', { name: 'the dump' })).rejects.toThrow(/^the dump on .* exited with 1/)
      await expect(shell.run(`exit 1\n# ${'x'.repeat(99)}`)).rejects.toThrow(/^"exit 1…" on /)
    })

    test('refuses a command with a NUL character', async () => {
      await expect(shell.run('echo a\0b')).rejects.toMatchObject({ code: 'START_FAILED' })
    })
  })

  describe('a signal', () => {
    const kinds: Record<string, (signal: AbortSignal, pidFile: string) => Promise<unknown>> = {
      read: (signal, pidFile) => readAll(shell.read(`echo $$ > ${pidFile}; exec cat /dev/zero`, { signal })),
      write: (signal, pidFile) => {
        const stream = shell.write(`echo $$ > ${pidFile}; exec cat > /dev/null`, { signal })
        stream.write('half of')
        return finished(stream)
      },
      run: (signal, pidFile) =>
        shell.run(`echo $$ > ${pidFile}; while echo; do sleep 0.05; done`, { signal }),
    }

    test.each(Object.keys(kinds))('ends a %s with its reason as the cause', async (kind) => {
      const pidFile = fresh()
      const controller = new AbortController()
      const outcome = kinds[kind]?.(controller.signal, pidFile).catch((error: unknown) => error)
      await appears(pidFile)
      controller.abort(new Error('enough'))
      expect(await outcome).toMatchObject({ code: 'ABORTED', cause: new Error('enough') })
      expect(await gone(pidFile)).toBe(true)
      expect(getEventListeners(controller.signal, 'abort')).toEqual([])
    })

    test.each(Object.keys(kinds))('that has already come keeps a %s from starting', async (kind) => {
      const pidFile = fresh()
      await expect(kinds[kind]?.(AbortSignal.abort(), pidFile)).rejects.toMatchObject({ code: 'ABORTED' })
      await shell.run('true')
      expect(existsSync(pidFile)).toBe(false)
    })

    test('that comes after the end changes nothing and is let go of', async () => {
      const controller = new AbortController()
      await shell.run('true', { signal: controller.signal })
      expect(getEventListeners(controller.signal, 'abort')).toEqual([])
      controller.abort()
    })
  })
})

test('a local command that refuses TERM is killed', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'raxx-shell-'))
  const pidFile = join(dir, 'pid')
  const stream = localShell().read(`trap '' TERM; echo $$ > ${pidFile}; while :; do sleep 0.1; done`)
  await appears(pidFile)
  stream.destroy()
  expect(await gone(pidFile)).toBe(true)
  rmSync(dir, { recursive: true })
})

test('a local shell that does not exist fails', async () => {
  const shell = localShell({ shell: '/no/such/shell' })
  await expect(shell.run('true')).rejects.toMatchObject({ code: 'START_FAILED' })
  await expect(pipeline(Readable.from(['x']), shell.write('true'))).rejects.toMatchObject({
    code: 'START_FAILED',
  })
})

test('a local shell has the environment and the folder that it is given', async () => {
  const shell = localShell({ env: { PATH: '/bin', ONLY: 'this' }, cwd: '/' })
  expect((await shell.run('pwd; env | grep ONLY')).stdout).toBe('/\nONLY=this\n')
})

// Not once(): that rejects at an 'error', which comes before 'close'.
const closing = (stream: Readable | Writable): Promise<void> =>
  new Promise((resolve) => stream.once('close', resolve))

const sha256 = (data: Buffer): string => createHash('sha256').update(data).digest('hex')

async function readAll(stream: Readable | Duplex): Promise<Buffer> {
  const chunks: Buffer[] = []
  await pipeline(
    stream,
    new Writable({
      write(chunk: Buffer, _encoding, callback) {
        chunks.push(chunk)
        callback()
      },
    }),
  )
  return Buffer.concat(chunks)
}

function* pieces(data: Buffer): Generator<Buffer> {
  for (let at = 0; at < data.length; at += 60_000) yield data.subarray(at, at + 60_000)
}

async function appears(pidFile: string): Promise<number> {
  while (!existsSync(pidFile) || readFileSync(pidFile, 'utf8') === '') await sleep(10)
  return Number(readFileSync(pidFile, 'utf8'))
}

/** Resolves once the process is gone; the test's own time limit is what fails it. */
async function gone(pidFile: string): Promise<true> {
  const pid = await appears(pidFile)
  while (isAlive(pid)) await sleep(10)
  return true
}
