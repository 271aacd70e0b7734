import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { artisan, hostCommands, type CommandSettings } from './freescout-host-commands.ts'
import { freescoutEnv } from './freescout-env.ts'
import { freescoutPage } from './freescout-page.ts'
import { leash, type Leashed } from './leash.ts'
import type { MariadbServer } from './mariadb.ts'
import { descendants, end } from './processes.ts'

/** What a test may ask of its FreeScout host. */
export interface FreescoutHostOptions {
  readonly mariadb: Pick<MariadbServer, 'query' | 'socket' | 'port'>
  /** The database that it writes to, by name, whatever is in it at the time. @default 'freescout' */
  readonly database?: string
  /** What its `.env` says. @default a password with every awkward character */
  readonly dbPassword?: string
  /** @default 'base64:' and 32 bytes */
  readonly appKey?: string
  /** @default '1.8.242' */
  readonly version?: string
  /** Where its `php`, `sudo`, `systemctl` and `crontab` go: `sshd.binDir`, say. @default a folder of its own */
  readonly binDir?: string
  /** Its web service, running at first. @default 'apache2' */
  readonly service?: string
}

/**
 * A look-alike of a host with FreeScout: its folder, and commands in place of PHP, sudo, systemd and cron, which a test machine has
 * not. What they do is real: processes that write to the database, a page that is gone while its service is stopped.
 */
export interface FreescoutHost extends AsyncDisposable {
  readonly appDir: string
  readonly binDir: string
  /** PATH with `binDir` first, for a local shell. */
  readonly env: { readonly PATH: string }
  /** Its page, on a port of its own: 302, then FreeScout's login page. */
  readonly url: string
  readonly service: string
  /** Every call of a stand-in so far: `systemctl stop apache2`, `php artisan cache:clear`. */
  calls(): string[]
  isActive(service: string): boolean
  /** Adds another service, running. */
  addService(name: string): void
  /** From now on the service does not start, or stop, as it should; `undefined` repairs it. */
  breakService(verb: 'start' | 'stop' | undefined): void
  /** From now on sudo asks for a password. */
  refuseSudo(): void
  /** From now on `php artisan COMMAND` fails. */
  failCommand(command: string): void
  /**
   * Starts a cron whose minutes last `minuteMs`, with FreeScout's own line in the crontab: mail is fetched in each, and a queue
   * worker runs the jobs. Both write to `activity_logs`. @default 300
   */
  startCron(minuteMs?: number): Promise<void>
  /** Jobs take so long from now on: in the middle of one, a worker does not end. @default 0 */
  slowJobs(seconds: number): void
  /** Resolves once a worker has a job in its hands. */
  jobStarted(): Promise<void>
  /** The jobs that were run: MD5 of the payload, and the class. A line twice is a customer who got a mail twice. */
  sent(): string[]
  /** Rows that cron and workers wrote so far. */
  written(): Promise<number>
  /** Writes a small file for each row of `attachments`. */
  writeAttachments(): Promise<void>
  /** Ends its processes and removes its files. Safe to call twice. */
  stop(): Promise<void>
}

const PASSWORD = `S3cr#t pa$$=w"x'\\ %41;&`

/** Makes the host, with its service running and its cron not. All of it goes with this process. */
export async function startFreescoutHost(options: FreescoutHostOptions): Promise<FreescoutHost> {
  const { mariadb, database = 'freescout', service = 'apache2' } = options
  const root = mkdtempSync(join(tmpdir(), 'raxx-freescout-'))
  const keeper = await leash('/bin/sh', ['-c', 'trap : TERM; sleep 2147483647 & wait; kill $!'], {
    dir: root,
  })
  chmodSync(root, 0o755) // FreeScout's own user has to get in
  const appDir = join(root, 'html', 'free scout') // a path that needs quoting
  const binDir = options.binDir ?? join(root, 'bin')
  makeApp(appDir, options)
  for (const folder of [binDir, join(root, 'units'), join(root, 'fail')])
    mkdirSync(folder, { recursive: true })
  for (const log of ['calls.log', 'sent.log', 'jobs.log']) {
    writeFileSync(join(root, log), '')
    chmodSync(join(root, log), 0o666)
  }
  writeFileSync(join(root, 'job-seconds'), '0')
  const line = `php '${appDir}/artisan' schedule:run >> /dev/null 2>&1`
  writeFileSync(join(root, 'crontab'), `# Main cron job\n* * * * * ${line}\n`)

  const page = await freescoutPage({
    downFile: join(appDir, 'storage/framework/down'),
    ask: () => mariadb.query('SELECT COUNT(*) FROM users', { database }),
  })
  const setActive = (name: string, active: boolean): void =>
    writeFileSync(join(root, 'units', name), active ? 'active' : 'inactive')
  setActive(service, true)
  let broken: 'start' | 'stop' | undefined
  const control = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', (data) => {
      const [verb = '', unit = ''] = data.toString().trim().split(' ')
      const act = async (): Promise<string> => {
        if (verb === broken) return `it does not ${verb}`
        if (unit === service) await (verb === 'start' ? page.start() : page.stop())
        setActive(unit, verb === 'start')
        return 'ok'
      }
      void act().then((reply) => socket.end(`${reply}\n`))
    })
  })
  await new Promise<void>((resolve) => control.listen(0, '127.0.0.1', resolve))
  const settings: CommandSettings = {
    root,
    appDir,
    binDir,
    database,
    mariadbSocket: mariadb.socket,
    controlPort: (control.address() as AddressInfo).port,
  }
  for (const [name, script] of Object.entries(hostCommands(settings))) {
    writeFileSync(join(binDir, name), script, { mode: 0o755 })
  }
  writeFileSync(join(root, 'php.bash'), artisan(settings))

  const env = { PATH: `${binDir}:${process.env['PATH'] ?? '/usr/sbin:/usr/bin:/sbin:/bin'}` }
  let cron: Leashed | undefined
  const stop = async (): Promise<void> => {
    // FreeScout's processes outlive cron: gather them while they are a family.
    const family = cron ? descendants(cron.pid) : []
    await cron?.stop()
    await end(family)
    await page.stop()
    await new Promise((resolve) => control.close(resolve))
    await keeper.stop()
  }
  const lines = (file: string): string[] => readFileSync(join(root, file), 'utf8').split('\n').filter(Boolean)
  return {
    appDir,
    binDir,
    env,
    url: `http://127.0.0.1:${page.port}/`,
    service,
    calls: () => lines('calls.log'),
    isActive: (name) => readFileSync(join(root, 'units', name), 'utf8') === 'active',
    addService: (name) => setActive(name, true),
    breakService: (verb) => (broken = verb),
    refuseSudo: () => writeFileSync(join(root, 'sudo-refused'), ''),
    failCommand: (command) => writeFileSync(join(root, 'fail', command), ''),
    async startCron(minuteMs = 300) {
      cron = await leash('/bin/bash', ['-c', CRON, 'cron', root, String(minuteMs / 1000)], {
        env: { ...process.env, ...env },
      })
    },
    slowJobs: (seconds) => writeFileSync(join(root, 'job-seconds'), String(seconds)),
    async jobStarted() {
      while (lines('jobs.log').length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
    },
    sent: () => lines('sent.log'),
    async written() {
      const sql = `SELECT COUNT(*) FROM activity_logs WHERE description = 'by the look-alike'`
      return Number((await mariadb.query(sql, { database }))[0]?.[0])
    },
    async writeAttachments() {
      const sql = `SELECT HEX(CONCAT(COALESCE(file_dir, ''), file_name)) FROM attachments`
      for (const [hex = ''] of await mariadb.query(sql, { database })) {
        const file = join(appDir, 'storage/app/attachment', Buffer.from(hex, 'hex').toString())
        mkdirSync(dirname(file), { recursive: true })
        writeFileSync(file, 'x')
      }
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

// Each minute, whether the last one's commands are done or not; they are children of cron, as with the real one.
const CRON = `
while [ -f "$1/crontab" ]; do
  while read -r _ _ _ _ _ command; do /bin/sh -c "$command" </dev/null & done < <(grep '^[^#]' "$1/crontab")
  sleep "$2"
done
`

function makeApp(appDir: string, options: FreescoutHostOptions): void {
  for (const folder of [
    'config',
    'bootstrap/cache',
    'storage/framework/cache',
    'storage/logs',
    'storage/app/attachment',
  ]) {
    mkdirSync(join(appDir, folder), { recursive: true })
  }
  writeFileSync(join(appDir, 'artisan'), '#!/usr/bin/env php\n<?php\n')
  writeFileSync(
    join(appDir, '.env'),
    freescoutEnv({
      dbPassword: options.dbPassword ?? PASSWORD,
      appKey: options.appKey ?? `base64:${Buffer.alloc(32, 7).toString('base64')}`,
      dbName: options.database ?? 'freescout',
      dbPort: options.mariadb.port,
    }),
    { mode: 0o640 },
  )
  writeFileSync(
    join(appDir, 'config/app.php'),
    `<?php\n\nreturn [\n    'version' => '${options.version ?? '1.8.242'}',\n    'name' => 'FreeScout',\n];\n`,
  )
}
