import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { leash, type Leashed } from './leash.ts'
import { descendants, end, kill } from './processes.ts'

const run = promisify(execFile)

/** What a test may ask of its sshd. */
export interface SshdOptions {
  /** The shell that commands are given to, whatever the user's own is. @default the user's login shell */
  readonly shell?: '/bin/sh' | '/bin/dash' | '/bin/bash'
  /** @default one of each */
  readonly hostKeyTypes?: readonly HostKeyType[]
  /**
   * Set in every session. PATH is what follows `binDir`; it replaces the usual one. HOME is an empty folder unless given, so
   * that the start files of the user who runs the tests (bash reads .bashrc under sshd) cannot change what they see.
   */
  readonly env?: Readonly<Record<string, string>>
  /** More lines of sshd_config(5), such as `RekeyLimit 1M`. */
  readonly config?: readonly string[]
}

export type HostKeyType = 'ed25519' | 'rsa' | 'ecdsa'

/** A real OpenSSH server on 127.0.0.1, for the user that runs the test. */
export interface Sshd extends AsyncDisposable {
  readonly address: '127.0.0.1'
  readonly port: number
  readonly user: string
  /** A private key (OpenSSH format) that may log in. */
  readonly privateKey: string
  readonly privateKeyFile: string
  /** The host keys' fingerprints as `ssh-keygen -lf` prints them, in the order of `hostKeyTypes`. */
  readonly hostKeys: readonly string[]
  /** The host keys as `type base64`, in the same order. */
  readonly hostKeyLines: readonly string[]
  /** First in every session's PATH; empty at first: put fake commands in it. */
  readonly binDir: string
  /** The listening process: SIGSTOP it for a server that accepts and says nothing. */
  readonly pid: number
  /** What sshd logged, at level VERBOSE: each connection and each attempt to log in. */
  log(): string
  /** Resolves once the log matches. */
  until(pattern: RegExp): Promise<void>
  /** Process ids of the connections' sshd processes, or of the commands that they run. */
  processes(kind: 'sessions' | 'commands'): number[]
  /** Kills the connections' sshd processes outright; the commands are left to find out. Returns how many there were. */
  killSessions(): number
  /** Ends the server, its connections and their commands, and removes its files. Safe to call twice. */
  stop(): Promise<void>
}

/**
 * Starts `/usr/sbin/sshd` (Debian package openssh-server) with keys and configuration of its own in a temporary folder.
 * Rejects with sshd's own words when it does not start.
 */
export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  // Between finding a port free and sshd taking it, another test may take it: then all is made anew.
  for (let attempt = 1; ; attempt++) {
    const started = await start(options)
    if ('sshd' in started) return started.sshd
    if (attempt === 5) throw new Error(`sshd did not start:\n${started.log}`)
  }
}

async function start(options: SshdOptions): Promise<{ sshd: Sshd } | { log: string }> {
  const dir = mkdtempSync(join(tmpdir(), 'raxx-sshd-'))
  const keys = await makeKeys(dir, options.hostKeyTypes ?? ['ed25519', 'ecdsa', 'rsa'])
  const binDir = join(dir, 'bin')
  mkdirSync(binDir)
  mkdirSync(join(dir, 'home'))
  // As root, sshd refuses to start without its privilege separation folder, which a container's boot does not make.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
  const port = await freePort()
  const file = join(dir, 'sshd_config')
  writeFileSync(file, configuration(dir, port, binDir, options))
  const server = await leash('/usr/sbin/sshd', ['-D', '-e', '-f', file], { dir, graceMs: 2000 })
  try {
    await server.until(/^Server listening on /m)
  } catch {
    await server.stop()
    return { log: server.log() }
  }
  return { sshd: sshdOver(server, port, binDir, keys) }
}

type Keys = Pick<Sshd, 'privateKey' | 'privateKeyFile' | 'hostKeys' | 'hostKeyLines'>

async function makeKeys(dir: string, types: readonly HostKeyType[]): Promise<Keys> {
  const generate = (type: string, name: string): Promise<unknown> =>
    run('ssh-keygen', [
      '-q',
      '-t',
      type,
      ...(type === 'rsa' ? ['-b', '2048'] : []),
      '-N',
      '',
      '-C',
      '',
      '-f',
      join(dir, name),
    ])
  await Promise.all([generate('ed25519', 'client'), ...types.map((type) => generate(type, `host_${type}`))])
  writeFileSync(join(dir, 'authorized_keys'), readFileSync(join(dir, 'client.pub')), { mode: 0o600 })
  const hostKeys: string[] = []
  for (const type of types) {
    const { stdout } = await run('ssh-keygen', ['-lf', join(dir, `host_${type}.pub`)])
    hostKeys.push(/SHA256:\S+/.exec(stdout)?.[0] ?? '')
  }
  return {
    privateKey: readFileSync(join(dir, 'client'), 'utf8'),
    privateKeyFile: join(dir, 'client'),
    hostKeys,
    hostKeyLines: types.map((type) => readFileSync(join(dir, `host_${type}.pub`), 'utf8').trim()),
  }
}

function configuration(dir: string, port: number, binDir: string, options: SshdOptions): string {
  const types = options.hostKeyTypes ?? ['ed25519', 'ecdsa', 'rsa']
  const path = `${binDir}:${options.env?.['PATH'] ?? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'}`
  const env = Object.entries({ HOME: `${dir}/home`, ...options.env, PATH: path }).map(
    ([name, value]) => `"${name}=${value}"`,
  )
  return [
    // The first value given for a keyword is the one that counts: a test's lines come first.
    ...(options.config ?? []),
    `ListenAddress 127.0.0.1:${port}`,
    ...types.map((type) => `HostKey ${dir}/host_${type}`),
    `AuthorizedKeysFile ${dir}/authorized_keys`,
    'PidFile none',
    'UsePAM no',
    'StrictModes no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin prohibit-password',
    'PrintMotd no',
    'LogLevel VERBOSE',
    'AcceptEnv LANG LC_*',
    `SetEnv ${env.join(' ')}`,
    ...(options.shell ? [`ForceCommand exec ${options.shell} -c "$SSH_ORIGINAL_COMMAND"`] : []),
    '',
  ].join('\n')
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

function sshdOver(server: Leashed, port: number, binDir: string, keys: Keys): Sshd {
  const processes: Sshd['processes'] = (kind) =>
    descendants(server.pid)
      .filter(({ name }) => name.startsWith('sshd') === (kind === 'sessions'))
      .map(({ pid }) => pid)
  const stop = async (): Promise<void> => {
    // The connections outlive the listener, and the commands outlive both: gather them while they are a family.
    const family = descendants(server.pid)
    await server.stop()
    await end(family)
  }
  return {
    address: '127.0.0.1',
    port,
    user: userInfo().username,
    ...keys,
    binDir,
    pid: server.pid,
    log: () => server.log(),
    until: (pattern) => server.until(pattern),
    processes,
    killSessions() {
      return processes('sessions').filter(kill).length
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}
