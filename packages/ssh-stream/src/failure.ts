import { SshError } from './errors.ts'
import type { Ending } from './running.ts'
import { asOneLine } from './tail.ts'

/** What an error says of the command it is about. */
export interface About {
  readonly name: string
  readonly host: string
  /** Bytes that had passed. */
  readonly bytes: number
  /** The end of what it wrote to stderr. */
  readonly stderr: string
}

/** The error for a command that ended in any way but with exit code 0. */
export function failure(ending: Exclude<Ending, { kind: 'exited'; code: 0 }>, about: About): SshError {
  const { stderr } = about
  const what = `${about.name} on ${about.host}`
  const said = stderr.trim() === '' ? '' : `: ${asOneLine(stderr)}`
  if (ending.kind === 'exited') {
    const hint = HINTS[ending.code]?.replace('HOST', about.host)
    return new SshError('EXIT_NONZERO', `${what} exited with ${ending.code}${after(about)}${said}`, {
      exitCode: ending.code,
      stderr,
      hint,
    })
  }
  if (ending.kind === 'signalled') {
    const hint = ending.signal === 'SIGKILL' ? KILL_HINT.replace('HOST', about.host) : undefined
    return new SshError('KILLED', `${what} was killed by ${ending.signal}${after(about)}${said}`, {
      signal: ending.signal,
      stderr,
      hint,
    })
  }
  if (ending.kind === 'unknown') {
    return new SshError('EXIT_UNKNOWN', `${what} is over, and nobody said how${after(about)}${said}`, {
      stderr,
      hint: 'Run it again: without an exit status nothing that it wrote can be trusted.',
    })
  }
  if (ending.code === 'CLOSED') {
    return new SshError('CLOSED', `the connection was closed while ${what} ran${after(about)}`, { stderr })
  }
  const during = `lost the connection to ${about.host} during ${about.name}`
  return new SshError('CONNECTION_LOST', `${during}${after(about)}: ${ending.reason}`, {
    stderr,
    cause: ending.cause,
    hint: LOST_HINT,
  })
}

/** What to do when a connection was lost. */
export const LOST_HINT = 'Check that the host is up and the network holds, then run it again.'

const KILL_HINT = 'Look for the out-of-memory killer in dmesg on HOST.'

const HINTS: Readonly<Record<number, string>> = {
  126: 'Make the command executable for the user that logs in to HOST.',
  127: 'Install the command on HOST, or put it in the PATH that its shell has without a login.',
  137: KILL_HINT,
}

const after = ({ bytes }: About): string => ` after ${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`
