import { FreescoutError } from './errors.ts'
import type { HostOptions, HostShell } from './host.ts'
import { readInstalled } from './read-env.ts'

/**
 * The password that FreeScout itself uses, read as FreeScout reads its `.env`. It is for a secret store alone: never print it.
 * Rejects with PASSWORD_MISSING where `.env` has none, which is not the same as an empty one.
 */
export async function readDatabasePassword(shell: HostShell, host: HostOptions): Promise<string> {
  const password = (await readInstalled(shell, host)).env('DB_PASSWORD')
  if (password !== undefined) return password
  throw new FreescoutError('PASSWORD_MISSING', `.env in ${host.appDir} on the host has no DB_PASSWORD`, {
    hint: 'Look whether FreeScout takes its settings from somewhere else, such as the web server’s environment.',
  })
}
