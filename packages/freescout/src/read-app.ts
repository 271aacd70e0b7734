import { createHash } from 'node:crypto'
import { FreescoutError } from './errors.ts'
import type { HostOptions, HostShell } from './host.ts'
import { keyMissing, readInstalled } from './read-env.ts'

/** A FreeScout installation, without its secrets: all of it may be printed and stored. */
export interface App {
  /** `1.8.242` */
  readonly version: string
  /** One-way, 32 hexadecimal digits: equal exactly when the keys are, in whichever way they are written. */
  readonly keyFingerprint: string
  /** The user whom FreeScout's files belong to, and as whom artisan must run: `www-data`. */
  readonly appUser: string
  readonly env: {
    readonly dbName: string
    readonly dbUser: string
    readonly dbHost: string
    readonly dbPort: number
    /** Where FreeScout says it is; undefined where `.env` does not say. */
    readonly url: string | undefined
    /** Where jobs wait. Anything but `database` keeps them out of dumps, and out of reach of `quarantineJobs`. @default 'database' */
    readonly queueDriver: string
  }
}

/**
 * What a manifest records of FreeScout, and what a restore compares: version and key. The key itself leaves this function
 * only as its fingerprint, the password not at all. Rejects with FreescoutError where there is no FreeScout, no `.env`, or no key in it.
 */
export async function readApp(shell: HostShell, host: HostOptions): Promise<App> {
  const { appUser, version, env, appKey } = await readInstalled(shell, host)
  if (appKey === '') throw keyMissing(host)
  if (version === '') {
    throw new FreescoutError(
      'VERSION_UNKNOWN',
      `config/app.php in ${host.appDir} on the host names no version`,
      {
        hint: 'Set appDir to a whole FreeScout installation.',
      },
    )
  }
  return {
    version,
    keyFingerprint: fingerprint(appKey),
    appUser,
    env: {
      dbName: env('DB_DATABASE') ?? 'forge', // Laravel's own default
      dbUser: env('DB_USERNAME') ?? 'forge',
      dbHost: env('DB_HOST') ?? '127.0.0.1',
      dbPort: Number(env('DB_PORT') ?? 3306),
      url: env('APP_URL'),
      queueDriver: env('QUEUE_DRIVER') ?? env('QUEUE_CONNECTION') ?? 'database',
    },
  }
}

// Laravel decodes what follows `base64:`, so two ways to write one key are one key. The domain in front makes the hash
// useless to look up elsewhere; 128 bits of a hash of 256 random bits tell nothing of the key.
function fingerprint(key: string): string {
  const bytes = key.startsWith('base64:') ? Buffer.from(key.slice(7), 'base64') : Buffer.from(key)
  return createHash('sha256').update('raxx.freescout.app-key/1\0').update(bytes).digest('hex').slice(0, 32)
}
