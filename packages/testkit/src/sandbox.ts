import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { stringify } from 'yaml'
import { fillFreescout } from './freescout.ts'
import { type LightsailServer, startLightsail } from './lightsail.ts'
import { type MariadbServer, startMariadb } from './mariadb.ts'
import { type S3Server, type S3ServerOptions, startS3 } from './s3.ts'
import { type SlackServer, startSlack } from './slack.ts'
import { type Sshd, startSshd } from './sshd.ts'
import { type SsmServer, startSsm } from './ssm.ts'

/** A site's configuration as the file has it: plain data, to be changed by a test before it is written. */
export type SiteDocument = Record<string, unknown>

/** A whole helpdesk with all that a backup of it touches, on loopback: real MariaDB and sshd, simulated AWS and Slack. */
export interface Sandbox extends AsyncDisposable {
  readonly mariadb: MariadbServer
  readonly sshd: Sshd
  readonly s3: S3Server
  readonly ssm: SsmServer
  readonly lightsail: LightsailServer
  readonly slack: SlackServer
  /** The names of the site, the database, the bucket and so on: the real site's. */
  readonly names: typeof NAMES
  /** The database user's password: it has every character that a shell, SQL, YAML or an options file could trip over. */
  readonly password: string
  /** What the apps need in their environment to find all this: endpoints, credentials, the configuration. */
  readonly env: Readonly<Record<string, string>>
  /** The configuration that `env` names. */
  readonly configFile: string
  /** The site as that file describes it, fresh at each call. */
  site(): SiteDocument
  /** Writes another configuration and returns its path. */
  writeConfig(site: SiteDocument): string
  stop(): Promise<void>
}

const NAMES = {
  site: 'freescout',
  database: 'freescout',
  user: 'freescout',
  bucket: 'raxx-support-attachments',
  prefix: 'db-backups/freescout/',
  instance: 'raxx-tickets',
  snapshotPrefix: 'raxx-tickets-backup-',
  channel: 'D0AJ7K184TV',
  passwordParameter: '/raxx/freescout/db_password',
  keyParameter: '/raxx/freescout/ssh_key',
} as const

const PASSWORD = `S3cr#t pa$$=w"x'\\ %41;&`
const TOKEN = 'xoxb-0000-sandbox-token'

/**
 * Starts everything and fills the database. Whatever of it starts is ended again when something else does not.
 * @param options.bytes about how much FreeScout-like data; 0 leaves the database empty. @default 2 MB
 * @param options.store where the S3 server keeps contents. @default 'memory'
 */
export async function startSandbox(
  options: {
    readonly bytes?: number
    readonly seed?: number
    readonly store?: S3ServerOptions['store']
  } = {},
): Promise<Sandbox> {
  const { bytes = 2_000_000, seed = 1, store = 'memory' } = options
  const started: AsyncDisposable[] = []
  const stop = async (): Promise<void> => {
    await Promise.all(started.splice(0).map((server) => server[Symbol.asyncDispose]()))
  }
  const start = async <T extends AsyncDisposable>(server: Promise<T>): Promise<T> => {
    started.push(await server)
    return server
  }
  // All of them are waited for, so that none that comes up late is forgotten when another does not.
  const starting = [
    start(startMariadb()),
    start(startSshd()),
    start(startS3({ store })),
    start(startSsm()),
    start(startLightsail()),
    start(startSlack({ tokens: [TOKEN], channels: [NAMES.channel] })),
  ] as const
  await Promise.allSettled(starting)
  try {
    const [mariadb, sshd, s3, ssm, lightsail, slack] = await Promise.all(starting)
    return await furnish({ mariadb, sshd, s3, ssm, lightsail, slack }, stop, { bytes, seed })
  } catch (error) {
    await stop()
    throw error
  }
}

type Servers = Pick<Sandbox, 'mariadb' | 'sshd' | 's3' | 'ssm' | 'lightsail' | 'slack'>
async function furnish(
  servers: Servers,
  stop: () => Promise<void>,
  { bytes, seed }: { readonly bytes: number; readonly seed: number },
): Promise<Sandbox> {
  const { mariadb, sshd, s3, ssm, lightsail, slack } = servers
  if (bytes > 0) await fillFreescout(mariadb, NAMES.database, { seed, bytes })
  else await mariadb.query(`CREATE DATABASE ${NAMES.database}`)
  await mariadb.createUser(NAMES.user, PASSWORD, [`ALL PRIVILEGES ON ${NAMES.database}.*`])
  ssm.parameters.put(NAMES.passwordParameter, PASSWORD)
  ssm.parameters.put(NAMES.keyParameter, sshd.privateKey)
  lightsail.addInstance({ name: NAMES.instance })

  let written = 0
  const writeConfig = (site: SiteDocument): string => {
    // In sshd's folder, which goes even when this process is killed.
    const file = join(
      dirname(sshd.privateKeyFile),
      written++ === 0 ? 'raxx-backup.yaml' : `raxx-backup-${written}.yaml`,
    )
    writeFileSync(file, stringify({ sites: { [NAMES.site]: site } }))
    return file
  }
  const site = (): SiteDocument => siteDocument(sshd, mariadb)
  const configFile = writeConfig(site())
  return {
    ...servers,
    names: NAMES,
    password: PASSWORD,
    configFile,
    env: {
      RAXX_BACKUP_CONFIG: configFile,
      AWS_ENDPOINT_URL_S3: s3.url,
      AWS_ENDPOINT_URL_SSM: ssm.url,
      AWS_ENDPOINT_URL_LIGHTSAIL: lightsail.url,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'us-east-1',
      SLACK_API_URL: slack.url,
      SLACK_BOT_TOKEN: TOKEN,
    },
    site,
    writeConfig,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

function siteDocument(sshd: Sshd, mariadb: MariadbServer): SiteDocument {
  return {
    region: 'us-east-1',
    host: {
      address: sshd.address,
      port: sshd.port,
      user: sshd.user,
      hostKeys: [...sshd.hostKeys],
      privateKey: `ssm:${NAMES.keyParameter}`,
    },
    database: {
      name: NAMES.database,
      user: NAMES.user,
      password: `ssm:${NAMES.passwordParameter}`,
      address: mariadb.address,
      port: mariadb.port,
    },
    dump: { bucket: NAMES.bucket, prefix: NAMES.prefix, keep: { days: 30, atLeast: 7 } },
    snapshot: { instance: NAMES.instance, namePrefix: NAMES.snapshotPrefix, keep: { last: 7 } },
    notify: [{ slack: { channel: NAMES.channel, token: 'env:SLACK_BOT_TOKEN' } }],
  }
}
