import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fillFreescout } from '@raxx/testkit/freescout'
import { leash } from '@raxx/testkit/leash'
import { startMariadb, type MariadbServer } from '@raxx/testkit/mariadb'
import { startSshd, type Sshd } from '@raxx/testkit/sshd'

/** The servers of a bench, each in a process of its own, with what a client needs to reach them. */
export interface Stage {
  readonly database: MariadbServer
  readonly host: Sshd
  readonly s3: { readonly url: string; readonly pid: number }
  readonly dir: string
  /** For the AWS SDK and CLI, and for the secrets of `config`. */
  readonly env: NodeJS.ProcessEnv
  /** Fills a database with so many bytes of SQL, unless a kept data folder has it already; returns its name. */
  fill(bytes: number): Promise<string>
  /** A configuration file for a run of `raxx-backup` that dumps `database` under `prefix`. */
  config(database: string, prefix: string, host?: Sshd): Promise<string>
  stop(): Promise<void>
}

const PASSWORD = 'Bench-1234'

/** Starts MariaDB, sshd and an S3 server that keeps no contents. `data` keeps MariaDB's data for the next bench. */
export async function setStage(options: { readonly data?: string | undefined }): Promise<Stage> {
  const dir = await mkdtemp(join(tmpdir(), 'raxx-bench-'))
  const script = fileURLToPath(new URL('./s3-process.ts', import.meta.url))
  // Each of them ends with this process, whatever becomes of it; the folder goes with the S3 server.
  const [database, host, s3] = await Promise.all([
    startMariadb(options.data === undefined ? {} : { dataDir: options.data }),
    startSshd(),
    leash(process.execPath, ['-C', 'dev', script], { dir }),
  ])
  await s3.until(/^listening on \S+$/m)
  const url = /^listening on (\S+)$/m.exec(s3.log())![1]!
  const [known] = await database.query("SELECT COUNT(*) FROM mysql.user WHERE user = 'freescout'")
  if (known?.[0] === '0') await database.createUser('freescout', PASSWORD, ['ALL PRIVILEGES ON *.*'])
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
    AWS_ENDPOINT_URL_S3: url,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    BENCH_DB_PASSWORD: PASSWORD,
  }
  return {
    database,
    host,
    s3: { url, pid: s3.pid },
    dir,
    env,
    fill: (bytes) => fillOnce(database, bytes),
    async config(name, prefix, at = host) {
      const file = join(dir, `${prefix.replaceAll('/', '-')}config.yaml`)
      await writeFile(file, configuration({ database, name, prefix, at }))
      return file
    },
    stop: async () => void (await Promise.all([database.stop(), host.stop(), s3.stop()])),
  }
}

async function fillOnce(database: MariadbServer, bytes: number): Promise<string> {
  const name = `freescout_${bytes}`
  const [filled] = await database.query(`SHOW DATABASES LIKE '${name}_is_filled'`)
  if (filled !== undefined) return name
  process.stdout.write(`filling ${name} …`)
  const before = performance.now()
  await database.query(`DROP DATABASE IF EXISTS ${name}`)
  await fillFreescout(database, name, { seed: 1, bytes })
  await database.query(`CREATE DATABASE ${name}_is_filled`)
  process.stdout.write(` ${((performance.now() - before) / 1000).toFixed(0)} s\n`)
  return name
}

function configuration(site: {
  readonly database: MariadbServer
  readonly name: string
  readonly prefix: string
  readonly at: Sshd
}): string {
  const { database, name, prefix, at } = site
  return `sites:
  bench:
    region: us-east-1
    host:
      address: ${at.address}
      port: ${at.port}
      user: ${at.user}
      hostKeys: ${JSON.stringify(at.hostKeys)}
      privateKey: file:${at.privateKeyFile}
    database:
      name: ${name}
      user: freescout
      password: env:BENCH_DB_PASSWORD
      address: ${database.address}
      port: ${database.port}
      admin: sudo
    dump:
      bucket: bench
      prefix: ${prefix}
      kmsKey: aws/s3
      minBytes: 1KiB
      minTables: 1
      maxAge: 26h
      keep: { days: 30, atLeast: 7 }
`
}
