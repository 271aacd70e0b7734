import { spawn } from 'node:child_process'
import { SshError } from './errors.ts'
import type { Ending, Running } from './running.ts'
import { shellAt } from './shell-at.ts'
import type { Shell } from './shell.ts'

/** Where and how local commands run. */
export interface LocalShellOptions {
  /** The shell that is given the command with `-c`. @default '/bin/sh' */
  readonly shell?: string
  /** @default this process's own */
  readonly env?: Readonly<Record<string, string>>
  /** @default this process's own */
  readonly cwd?: string
}

const GRACE_MS = 2000

/**
 * A shell on this machine, with the promises of a remote one: for a program that runs on the instance itself. Each command
 * is a process group of its own; to end it, the group is sent TERM, and KILL two seconds later.
 */
export function localShell(options: LocalShellOptions = {}): Shell {
  return shellAt({
    host: 'this machine',
    start: (command, name) => start(command, name, options),
  })
}

function start(command: string, name: string, options: LocalShellOptions): Promise<Running> {
  return new Promise((resolve, reject) => {
    const shell = options.shell ?? '/bin/sh'
    const child = spawn(shell, ['-c', command], {
      detached: true,
      stdio: 'pipe',
      ...(options.env && { env: options.env }),
      ...(options.cwd !== undefined && { cwd: options.cwd }),
    })
    child.on('error', (cause) => {
      reject(new SshError('START_FAILED', `${name} did not start with ${shell}: ${cause.message}`, { cause }))
    })
    // A command that does not read its input breaks the pipe; how it ends is what counts.
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on('error', () => {})
    const ended = new Promise<Ending>((settle) => {
      child.once('close', (code: number | null, signal: string | null) => {
        if (code !== null) settle({ kind: 'exited', code })
        else settle(signal === null ? { kind: 'unknown' } : { kind: 'signalled', signal })
      })
    })
    const kill = (): void => {
      if (child.pid === undefined) return
      const group = -child.pid
      if (!signalGroup(group, 'SIGTERM')) return
      const timer = setTimeout(() => signalGroup(group, 'SIGKILL'), GRACE_MS)
      child.once('exit', () => {
        // The shell is gone; when others of its group are not, the timer still holds for them.
        if (!signalGroup(group, 0)) clearTimeout(timer)
      })
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy()
    }
    const { stdin, stdout, stderr } = child
    child.once('spawn', () => resolve({ stdin, stdout, stderr, ended, kill }))
  })
}

function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(group, signal)
  } catch {
    return false
  }
}
