import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { leash, type Leashed } from './leash.ts'

/** A real MariaDB server of its own: nothing is shared with the machine's service. */
export interface MariadbServer extends AsyncDisposable {
  readonly address: '127.0.0.1'
  readonly port: number
  readonly socket: string
  /** The account that `query` and `load` use: no password, over the socket. */
  readonly user: 'root'
  /** The running server's process id; another one after `restart`. */
  readonly pid: number
  readonly dataDir: string
  /** Runs statements through the real client as root. Rows of all results, without column names; NULL reads 'NULL'. */
  query(sql: string, options?: { readonly database?: string }): Promise<string[][]>
  /**
   * Feeds SQL to the real client: `mariadb --comments DATABASE < FILE`. Rejects with the client's message. Without
   * `--comments` the client drops the comments in the bodies of routines.
   */
  load(database: string, sql: string | Readable): Promise<void>
  /** Creates `name@localhost` (it may come over TCP as well as the socket). A grant reads `ALL PRIVILEGES ON shop.*`. */
  createUser(name: string, password: string, grants?: readonly string[]): Promise<void>
  /** Signals the server and waits until it is gone. @default 'SIGKILL' */
  kill(signal?: NodeJS.Signals): Promise<void>
  /** Starts the server again on the same data, port and socket; ends it first where it still runs. */
  restart(): Promise<void>
  /** What the servers wrote so far (their last 64 KiB). */
  log(): string
  /** Ends the server and removes its files (a `dataDir` that was given stays). Safe to call twice. */
  stop(): Promise<void>
}

const SERVER = '/usr/sbin/mariadbd'
// The log is small so that a copy of the data is quick. What was committed outlives a kill of the server, not of the machine.
const TUNING = [
  '--innodb-log-file-size=16M',
  '--innodb-flush-log-at-trx-commit=2',
  '--innodb-doublewrite=0',
  '--innodb-flush-method=nosync',
  '--sync-frm=0',
  '--innodb-buffer-pool-size=128M',
  '--max-allowed-packet=256M',
  '--aria-log-file-size=8M',
]

/**
 * Starts a MariaDB server on a free port of 127.0.0.1 and a socket, in a temporary folder that goes with it, even when this
 * process is killed. Takes about a second; the first one of a machine initialises a template that the others copy.
 * @param options.dataDir keeps the data here instead (initialised when absent), and leaves it
 * @param options.args more arguments for mariadbd, such as `--log-bin`
 * @param options.env added to the server's environment
 */
export async function startMariadb(
  options: {
    readonly dataDir?: string
    readonly args?: readonly string[]
    readonly env?: NodeJS.ProcessEnv
  } = {},
): Promise<MariadbServer> {
  if (!existsSync(SERVER)) {
    throw new Error('mariadbd is not installed: apt-get install mariadb-server mariadb-client')
  }
  const root = await mkdtemp(join(tmpdir(), 'raxx-mariadb-'))
  const folder = await keepFolder(root)
  try {
    const dataDir = options.dataDir ?? join(root, 'data')
    if (!existsSync(join(dataDir, 'mysql'))) {
      await mkdir(dataDir, { recursive: true })
      await run('cp', ['-a', '--sparse=always', `${await template()}/.`, dataDir])
    }
    return await serve({ root, dataDir, folder, args: options.args ?? [], env: options.env ?? {} })
  } catch (error) {
    await folder.remove()
    throw error
  }
}

interface Site {
  readonly root: string
  readonly dataDir: string
  readonly folder: { remove(): Promise<void> }
  readonly args: readonly string[]
  readonly env: NodeJS.ProcessEnv
}

async function serve(site: Site): Promise<MariadbServer> {
  const socket = join(site.root, 'mariadb.sock')
  let log = ''
  const start = async (port: number): Promise<Leashed> => {
    const args = [
      '--no-defaults',
      ...(process.getuid?.() === 0 ? ['--user=root'] : []),
      `--datadir=${site.dataDir}`,
      `--socket=${socket}`,
      `--pid-file=${join(site.root, 'mariadb.pid')}`,
      `--tmpdir=${site.root}`,
      '--bind-address=127.0.0.1',
      `--port=${port}`,
      ...TUNING,
      ...site.args,
    ]
    const server = await leash(SERVER, args, { env: { ...process.env, ...site.env } })
    if (await answers(socket, server)) return server
    await server.stop()
    log += server.log()
    throw new Error(`mariadbd did not start:\n${server.log().slice(-2000)}`)
  }

  let port = await freePort()
  let server: Leashed
  for (let attempt = 1; ; attempt += 1) {
    try {
      server = await start(port)
      break
    } catch (error) {
      // Somebody else may have taken the port since it was seen to be free.
      if (attempt === 3 || !/bind|address already in use/i.test(String(error))) throw error
      port = await freePort()
    }
  }

  const client = (input: string | Readable, args: readonly string[]): Promise<string> =>
    run('mariadb', ['--no-defaults', `--socket=${socket}`, '--user=root', ...args], input)
  const stop = async (): Promise<void> => {
    await server.stop()
    await site.folder.remove()
  }
  return {
    address: '127.0.0.1',
    port,
    socket,
    user: 'root',
    dataDir: site.dataDir,
    get pid() {
      return server.pid
    },
    async query(sql, { database } = {}) {
      const args = ['--batch', '--skip-column-names', '--default-character-set=utf8mb4']
      return rows(await client(sql, database === undefined ? args : [...args, '--database', database]))
    },
    async load(database, sql) {
      await client(sql, ['--comments', '--max-allowed-packet=1G', '--database', database])
    },
    async createUser(name, password, grants = []) {
      const user = `${text(name)}@'localhost'`
      const statements = [
        `CREATE USER ${user} IDENTIFIED BY ${text(password)}`,
        ...grants.map((g) => `GRANT ${g} TO ${user}`),
      ]
      await client(statements.join(';\n'), ['--default-character-set=utf8mb4'])
    },
    async kill(signal = 'SIGKILL') {
      process.kill(server.pid, signal)
      await server.exited
    },
    async restart() {
      await server.stop()
      log += server.log()
      await rm(socket, { force: true })
      server = await start(port)
    },
    log: () => (log + server.log()).slice(-65_536),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

// Holds a folder that goes with this process, but only once a server that is being ended has taken its pid file away.
const HOLDER = 'trap : TERM; sleep 2147483647 & wait; kill $!; while [ -e "$0" ]; do sleep 0.05; done'

async function keepFolder(dir: string): Promise<{ remove(): Promise<void> }> {
  const pidFile = join(dir, 'mariadb.pid')
  const keeper = await leash('/bin/sh', ['-c', HOLDER, pidFile], { dir, graceMs: 6000 })
  return {
    async remove() {
      await rm(pidFile, { force: true }) // what a killed server left
      await keeper.stop()
    },
  }
}

let prepared: Promise<string> | undefined

// An initialised data folder, one for each version and user of the machine. The rename makes it safe for two at once.
function template(): Promise<string> {
  prepared ??= (async () => {
    const version = /Ver (\S+)/.exec(await run(SERVER, ['--no-defaults', '--version']))?.[1]
    const place = join(tmpdir(), `raxx-mariadb-template-2-${version}-${process.getuid?.()}`)
    if (existsSync(place)) return place
    const draft = await mkdtemp(`${place}-`)
    try {
      await run('mariadb-install-db', [
        '--no-defaults',
        ...(process.getuid?.() === 0 ? ['--user=root'] : []),
        `--datadir=${draft}`,
        '--auth-root-authentication-method=normal',
        '--skip-test-db',
        ...TUNING,
      ])
      await rename(draft, place).catch((error: unknown) => {
        if (!existsSync(place)) throw error
      })
    } finally {
      await rm(draft, { recursive: true, force: true })
    }
    return place
  })()
  return prepared
}

// mariadbd says that it is ready nowhere but in its log and by answering, so it is asked until it does or is gone.
async function answers(socket: string, server: Leashed): Promise<boolean> {
  const gone = server.exited.then(() => false)
  for (;;) {
    const answer = await Promise.race([gone, probe(socket)])
    if (answer !== undefined) return answer
    await delay(20)
  }
}

function probe(socket: string): Promise<true | undefined> {
  return new Promise((resolve) => {
    const connection = connect(socket)
    connection.on('error', () => resolve(undefined))
    connection.on('connect', () => {
      connection.destroy()
      resolve(true)
    })
  })
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as import('node:net').AddressInfo
      server.close(() => resolve(port))
    })
  })
}

async function run(command: string, args: readonly string[], input?: string | Readable): Promise<string> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  const out: Buffer[] = []
  let errors = ''
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-4096)))
  const closed = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve)
  })
  await Promise.all([
    closed.then((c) => {
      if (c !== 0) throw new Error(`${command} exited ${c}: ${errors.trim()}`)
    }),
    feed(input, child.stdin),
  ])
  return Buffer.concat(out).toString('utf8')
}

// A command that ends early closes its stdin: its own exit code tells more than the EPIPE.
async function feed(input: string | Readable | undefined, stdin: Writable): Promise<void> {
  stdin.on('error', () => {})
  if (input === undefined) stdin.end()
  else await pipeline(typeof input === 'string' ? Readable.from([input]) : input, stdin).catch(ignoreEpipe)
}

function ignoreEpipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', '0': '\0', '\\': '\\' }

function rows(batch: string): string[][] {
  if (batch === '') return []
  return batch
    .replace(/\n$/, '')
    .split('\n')
    .map((line) =>
      line.split('\t').map((field) => field.replace(/\\([nt0\\])/g, (_, c: string) => ESCAPES[c] ?? c)),
    )
}

/** A string as a SQL literal. */
function text(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
}
