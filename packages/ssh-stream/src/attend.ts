import { SshError } from './errors.ts'
import { failure } from './failure.ts'
import type { Ending, Place, Running } from './running.ts'
import type { CommandOptions } from './shell.ts'
import { tail } from './tail.ts'

/** What the three ways to run a command do differently. Exactly one of `succeeded` and `failed` is called, once, or neither after `release()`. */
export interface Events {
  started(running: Running): void
  succeeded(stderr: string): void
  failed(error: SshError): void
}

/** A command that is looked after from before its start until its end. */
export interface Attended {
  /** Adds to the bytes that errors tell, and counts as a sign of life. */
  count(bytes: number): void
  /** Whether we wait for the command now: only then can it be idle. */
  waiting(yes: boolean): void
  /** An error about this command, from our side. */
  error(code: 'INPUT_UNREAD' | 'OUTPUT_TOO_LARGE', what: string, hint?: string): SshError
  /** Ends the command if it still runs, and lets go of timers and listeners. Safe to call twice. */
  release(): void
}

/** Starts a command and sees to all that `read`, `write` and `run` share: stderr, the signal, idle time and how it ends. */
export function attend(place: Place, command: string, options: CommandOptions, events: Events): Attended {
  const { signal, idleTimeoutMs } = options
  const name = options.name ?? firstLine(command)
  const stderr = tail()
  let bytes = 0
  let running: Running | undefined
  let over = false
  let idle: NodeJS.Timeout | undefined

  const about = (): { name: string; host: string; bytes: number; stderr: string } => ({
    name,
    host: place.host,
    bytes,
    stderr: stderr.text(),
  })
  const release = (): void => {
    if (over) return
    over = true
    clearTimeout(idle)
    signal?.removeEventListener('abort', abort)
    running?.kill()
  }
  const fail = (error: SshError): void => {
    if (over) return
    release()
    events.failed(error)
  }
  const abort = (): void => {
    fail(
      new SshError('ABORTED', `${name} on ${place.host} was aborted after ${bytes} bytes`, {
        cause: signal?.reason,
      }),
    )
  }
  const end = (ending: Ending): void => {
    if (over) return
    // There is nothing left to kill, and its number may be another's by now.
    running = undefined
    if (ending.kind !== 'exited' || ending.code !== 0) return fail(failure(ending, about()))
    release()
    events.succeeded(stderr.text())
  }
  const begin = async (): Promise<void> => {
    // Never within the caller's own call: it has no listener on its stream yet.
    await Promise.resolve()
    if (over) return
    if (signal?.aborted) return abort()
    signal?.addEventListener('abort', abort, { once: true })
    if (command.includes('\0')) throw new SshError('START_FAILED', `${name} has a NUL character in it`)
    const started = await place.start(command, name)
    if (over) return started.kill()
    running = started
    started.stderr.on('data', (chunk: Buffer) => {
      stderr.add(chunk)
      idle?.refresh()
    })
    events.started(started)
    end(await started.ended)
  }
  begin().catch((error: unknown) => {
    fail(
      error instanceof SshError
        ? error
        : new SshError('START_FAILED', `${name} on ${place.host} did not start: ${String(error)}`, {
            cause: error,
          }),
    )
  })

  return {
    count(more) {
      bytes += more
      idle?.refresh()
    },
    waiting(yes) {
      if (idleTimeoutMs === undefined || over || yes === (idle !== undefined)) return
      clearTimeout(idle)
      idle = undefined
      if (!yes) return
      idle = setTimeout(() => {
        fail(
          new SshError(
            'IDLE',
            `${name} on ${place.host} did nothing for ${idleTimeoutMs} ms, after ${bytes} bytes`,
            {
              stderr: stderr.text(),
              hint: 'Look on the host for what it waits for (a lock, a full disk), or allow it more time.',
            },
          ),
        )
      }, idleTimeoutMs)
    },
    error: (code, what, hint) =>
      new SshError(code, `${name} on ${place.host} ${what}`, { stderr: stderr.text(), hint }),
    release,
  }
}

function firstLine(command: string): string {
  const line = command.trim().split('\n', 1)[0] ?? ''
  return `"${line.length > 60 || line !== command.trim() ? `${line.slice(0, 60)}…` : line}"`
}
