import { FreescoutError } from './errors.ts'
import type { HostOptions, HostShell } from './host.ts'

/** What a script said that it could not do. */
export interface Failure {
  readonly code: string
  readonly detail: string
}

/**
 * Runs a script of ours on the host with `sh`, whatever the login shell is, and gives back the lines it printed. The script
 * comes over stdin: so its text is in no process list, where it would be taken for an artisan command. It is one function,
 * called in its last line: of a script that arrives in half, nothing is run. It tells failures as `fail CODE detail`.
 */
export async function runScript(
  shell: HostShell,
  host: HostOptions,
  script: { readonly name: string; readonly text: string; readonly args: readonly string[] },
  explain: (failure: Failure) => FreescoutError,
): Promise<string[]> {
  const root = host.sudo === false ? '' : 'sudo -n '
  const { stdout } = await shell
    .run(`${root}sh -s -- ${script.args.map(quoted).join(' ')}`, {
      input: `raxx() {\n${script.text}\n}\nraxx "$@" </dev/null; exit $?\n`,
      name: script.name,
      ...(host.signal && { signal: host.signal }),
    })
    .catch((error: unknown) => {
      throw refusedBySudo(error, script.name) ?? error
    })
  const lines = stdout.split('\n')
  if (lines[0] === 'ok') return lines.slice(1)
  const failure = /^fail (\w+) ?(.*)$/.exec(lines[0] ?? '')
  if (failure) throw explain({ code: failure[1] ?? '', detail: failure[2] ?? '' })
  throw new FreescoutError(
    'UNEXPECTED_OUTPUT',
    `${script.name}: the host’s answer does not begin with "ok" (${stdout.length} characters)`,
    { hint: 'Look whether a start file of the login shell (.bashrc) prints something.' },
  )
}

/** The errors that scripts share. */
export function failed(host: HostOptions, failure: Failure): FreescoutError {
  const where = `${host.appDir} on the host`
  switch (failure.code) {
    case 'APP_MISSING':
      return new FreescoutError('APP_MISSING', `no FreeScout in ${where}: there is no file artisan`, {
        hint: 'Set appDir to the folder that holds FreeScout’s artisan.',
      })
    case 'ENV_MISSING':
      return new FreescoutError('ENV_MISSING', `FreeScout has no .env in ${where}`, {
        hint: 'Put its .env back: without the APP_KEY in it no mailbox password can be read.',
      })
    case 'ENV_UNREADABLE':
      return new FreescoutError('ENV_UNREADABLE', `.env in ${where} may not be read by this user`, {
        hint: 'Allow sudo, or read as the user whom FreeScout belongs to.',
      })
    case 'LOCKED':
      return new FreescoutError('LOCKED', `another process is quiescing or resuming FreeScout in ${where}`, {
        hint: 'Wait until it is done, then do this again.',
      })
    case 'NOT_WRITTEN':
      return new FreescoutError('NOT_WRITTEN', `${failure.detail} in ${where} cannot be written`, {
        hint: 'Look at the free space and at the owner of storage/framework.',
      })
    default:
      return new FreescoutError('UNEXPECTED_OUTPUT', `${where}: ${failure.code} ${failure.detail}`)
  }
}

/** The error that is meant where sudo did not let us in; undefined for any other. */
export function refusedBySudo(cause: unknown, name: string): FreescoutError | undefined {
  const stderr = cause instanceof Error && 'stderr' in cause ? String(cause.stderr) : ''
  const words = /^(?:sudo: .*|.*sudo: (?:command )?not found.*)$/m.exec(stderr)?.[0]
  if (words === undefined) return undefined
  return new FreescoutError(
    'SUDO_REFUSED',
    `${name}: sudo does not let this user in: ${words.slice(0, 200)}`,
    {
      hint: 'Let the user run sudo without a password (NOPASSWD), or set sudo to false where the user is root.',
      cause,
    },
  )
}

/** One word for a POSIX shell. */
export function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`
}
