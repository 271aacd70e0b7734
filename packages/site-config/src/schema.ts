import { z } from 'zod'
import {
  absolutePath,
  address,
  count,
  duration,
  lightsailName,
  port,
  secret,
  secretUrl,
  size,
  text,
  url,
} from './fields.ts'
import type { ChannelConfig, Config, DatabaseConfig, DumpConfig, RestoreConfig, Site } from './site.ts'
import type { LocalHost, RemoteHost, SnapshotConfig } from './site.ts'

const SECTION = 'a mapping of settings'

const localHost: z.ZodType<LocalHost> = z.strictObject({
  local: z.literal(true, 'true, or an address instead').describe('The commands run on this machine.'),
})

const remoteHost: z.ZodType<RemoteHost> = z
  .strictObject({
    address: address().describe('Host name or IP address of the instance.'),
    port: port().default(22).describe('SSH port. Default 22.'),
    user: text(/^[A-Za-z_][\w.-]{0,31}$/, 'a user name').describe('SSH user.'),
    hostKeys: z
      .array(
        text(
          /^SHA256:[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]$/,
          'a host key fingerprint as `trust` prints it: SHA256: and 43 characters',
        ),
        'a list of host key fingerprints',
      )
      .min(1, 'at least one fingerprint (leave hostKeys out to run `trust`)')
      .exactOptional()
      .describe(
        'Fingerprints of the host’s keys, one of which it must show. May be absent for `trust` alone.',
      ),
    privateKey: secret().describe('The SSH private key: ssm:/path, env:NAME or file:/path.'),
  })
  .transform(({ hostKeys = [], ...rest }) => ({ ...rest, hostKeys }))

const database: z.ZodType<DatabaseConfig> = z
  .strictObject(
    {
      name: text(/^[^\p{Cc}/\\]{1,64}$/u, 'the name of a database: 1 to 64 characters').describe(
        'The database.',
      ),
      user: text(/^\P{Cc}{1,128}$/u, 'the name of a database user').describe('Who takes the dump.'),
      password: secret().describe('That user’s password: ssm:/path, env:NAME or file:/path.'),
      address: address().exactOptional().describe('As seen from the host. Default 127.0.0.1.'),
      port: port().exactOptional().describe('Default 3306.'),
      socket: absolutePath().exactOptional().describe('A Unix socket, instead of address and port.'),
      admin: z
        .union(
          [
            z.literal('sudo'),
            z.strictObject({ user: z.string('a user name').min(1, 'a user name'), password: secret() }),
          ],
          'sudo, or a mapping of user and password',
        )
        .exactOptional()
        .describe('How to get rights to create databases: `sudo` (sudo -n mariadb), or {user, password}.'),
    },
    SECTION,
  )
  .transform((value) =>
    value.socket === undefined
      ? { ...value, address: value.address ?? '127.0.0.1', port: value.port ?? 3306 }
      : value,
  )

const dump: z.ZodType<DumpConfig> = z
  .strictObject(
    {
      bucket: text(
        /^(?!xn--|sthree-)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
        'a bucket name: 3 to 63 lower-case letters, digits, dots and dashes',
      )
        .refine(
          (name) => !/\.\.|\.-|-\.|^[\d.]+$|-s3alias$|--ol-s3$|\.mrap$|--x-s3$|--table-s3$/.test(name),
          {
            error: 'the name of a general-purpose bucket (no IP address, no reserved ending)',
          },
        )
        .describe('The S3 bucket. Created if missing.'),
      prefix: text(
        /^(?!.*(\/\/|(^|\/)\.{1,2}(\/|$)))[\w!.*'()=@+-][\w!.*'()=@+/-]{0,899}$/,
        'a key prefix such as db-backups/freescout/: no slash in front, none doubled',
      ).describe('Where the dumps are in the bucket. A slash at the end is added where it is missing.'),
      kmsKey: text(
        /^(aws\/s3|alias\/[\w/-]+|(mrk-[0-9a-f]{32}|[0-9a-f-]{36})|arn:aws[\w-]*:kms:[\w-]+:\d{12}:(key|alias)\/[\w/-]+)$/,
        'a KMS key id, alias/NAME or ARN, or aws/s3',
      )
        .default('aws/s3')
        .describe('Encrypts the dumps. Default aws/s3, the account’s default key.'),
      minBytes: size().prefault('1KiB').describe('A smaller dump is a failure. Default 1KiB.'),
      minTables: count().default(1).describe('A dump of fewer tables is a failure. Default 1.'),
      maxAge: duration().prefault('26h').describe('An older newest dump is an alert. Default 26h.'),
      keep: z
        .strictObject(
          {
            days: count().default(30).describe('A dump older than this may go. Default 30.'),
            atLeast: count().default(7).describe('… once so many newer proven ones exist. Default 7.'),
          },
          SECTION,
        )
        .prefault({})
        .describe('Which dumps stay.'),
    },
    SECTION,
  )
  .transform(({ maxAge, prefix, ...rest }) => ({
    ...rest,
    prefix: prefix.endsWith('/') ? prefix : `${prefix}/`,
    maxAgeMs: maxAge,
  }))

const snapshot: z.ZodType<SnapshotConfig> = z
  .strictObject(
    {
      instance: lightsailName().describe('The Lightsail instance.'),
      namePrefix: text(
        /^[A-Za-z0-9][\w-]{0,244}$/,
        'the start of a Lightsail name: at most 245 letters, digits, - and _ (the date is added)',
      )
        .exactOptional()
        .describe('Snapshots are named with this and the date. Default: the instance’s name and -backup-.'),
      maxAge: duration().prefault('25h').describe('An older newest snapshot is an alert. Default 25h.'),
      keep: z
        .strictObject(
          { last: count().default(7).describe('So many available ones stay. Default 7.') },
          SECTION,
        )
        .prefault({})
        .describe('Which snapshots stay.'),
    },
    SECTION,
  )
  .transform(({ maxAge, namePrefix, instance, keep }) => ({
    instance,
    namePrefix: namePrefix ?? `${instance}-backup-`,
    maxAgeMs: maxAge,
    keep,
  }))

const restore: z.ZodType<RestoreConfig> = z
  .strictObject(
    {
      app: z.enum(['freescout', 'none'], 'freescout or none').describe('What runs on the instance.'),
      appDir: absolutePath().exactOptional().describe('The application’s folder.'),
      service: text(/^[A-Za-z0-9][\w@.:-]*$/, 'the name of a systemd service')
        .exactOptional()
        .describe('Stopped while the database is swapped. Absent: nothing is stopped.'),
      url: url().exactOptional().describe('A page that must show afterwards. Absent: none is checked.'),
      staticIp: lightsailName().exactOptional().describe('The name of the Lightsail static IP to move.'),
      availabilityZone: text(/^[a-z]{2}(-[a-z]+)+-\d{1,2}[a-z]$/, 'an availability zone such as us-east-1a')
        .exactOptional()
        .describe('Where a rebuilt instance goes.'),
      bundle: text(/^[a-z0-9]\w*$/, 'a Lightsail bundle such as micro_3_0')
        .exactOptional()
        .describe('Its size.'),
      waitFor: duration()
        .prefault('5m')
        .describe('How long an instance may take to run, answer on SSH, and show its page. Default 5m.'),
    },
    SECTION,
  )
  .transform(({ waitFor, ...rest }) => ({ ...rest, waitForMs: waitFor }))

const channel = z.strictObject(
  {
    slack: z
      .strictObject(
        {
          channel: text(
            /^([CDGUW][A-Z0-9]{5,20}|#\S{1,79})$/,
            'a Slack channel id such as D0AJ7K184TV, or #name',
          ),
          token: secret().describe(
            'A bot token with the scope chat:write: ssm:/path, env:NAME or file:/path.',
          ),
        },
        SECTION,
      )
      .exactOptional()
      .describe('A Slack channel or direct message.'),
    webhook: z
      .strictObject({ url: secretUrl() }, SECTION)
      .exactOptional()
      .describe('A JSON POST of each message.'),
    heartbeat: z
      .strictObject({ url: secretUrl() }, SECTION)
      .exactOptional()
      .describe('A dead man’s switch such as healthchecks.io: told of start, success and failure.'),
  },
  'a mapping of slack, webhook or heartbeat',
)

const channels: z.ZodType<ChannelConfig[]> = z
  .array(channel.meta({ minProperties: 1, maxProperties: 1 }), 'a list of channels')
  .transform((entries) =>
    entries.flatMap(({ slack, webhook, heartbeat }): ChannelConfig[] => {
      if (slack) return [{ kind: 'slack', ...slack }]
      if (webhook) return [{ kind: 'webhook', ...webhook }]
      return heartbeat ? [{ kind: 'heartbeat', ...heartbeat }] : []
    }),
  )

const site: z.ZodType<Omit<Site, 'name'>> = z.strictObject(
  {
    region: text(/^[a-z]{2}(-[a-z]+)+-\d{1,2}$/, 'an AWS region such as us-east-1').describe('AWS region.'),
    host: z
      .union([localHost, remoteHost], 'a mapping with an address, or with local: true')
      .exactOptional()
      .describe('Where the database’s commands run.'),
    database: database.exactOptional().describe('The database to dump.'),
    dump: dump.exactOptional().describe('Dumps of the database in S3. Absent: none are made.'),
    snapshot: snapshot.exactOptional().describe('Lightsail snapshots. Absent: none are made.'),
    restore: restore.exactOptional().describe('What a restore touches.'),
    drill: z
      .strictObject({ maxAge: duration().prefault('8d').describe('Default 8d.') }, SECTION)
      .transform(({ maxAge }) => ({ maxAgeMs: maxAge }))
      .exactOptional()
      .describe('An alert when no drill has passed for so long. Absent: not checked.'),
    notify: channels.prefault([]).describe('Who is told of failures and recoveries.'),
  },
  SECTION,
)

/** The file as users write it, and what it turns into. Rules between fields are in `cross-checks.ts`. */
export const configSchema: z.ZodType<Config> = z
  .strictObject(
    {
      sites: z.record(
        text(/^[A-Za-z0-9][\w-]{0,62}$/, 'a site name of letters, digits, - and _'),
        site,
        'a mapping of site names to sites',
      ),
    },
    'a mapping with `sites`',
  )
  .transform(({ sites }) => ({
    sites: Object.fromEntries(Object.entries(sites).map(([name, settings]) => [name, { name, ...settings }])),
  }))
