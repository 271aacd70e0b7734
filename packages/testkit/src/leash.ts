import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** A server process that cannot outlive the process that started it. */
export interface Leashed extends AsyncDisposable {
  /** The server's own process id: what a test may signal. */
  readonly pid: number
  /** Resolves with the exit code, or null after a signal; never rejects. */
  readonly exited: Promise<number | null>
  /** The last 64 KiB of what the server wrote to stdout and stderr. */
  log(): string
  /** Resolves once the log matches; rejects, with the log, when the server exits first. */
  until(pattern: RegExp): Promise<void>
  /** Ends the server (TERM, then KILL after `graceMs`) and removes `dir`. Safe to call twice. */
  stop(): Promise<void>
}

// The shell in between holds the reading end of a pipe from us. When we go, in whatever way, it reads the end of that pipe,
// ends the server and removes its folder. Ctrl-C in a terminal does not reach it: it runs in a process group of its own.
const KEEPER = `
dir=$1; grace=$2; shift 2
"$@" 3<&- </dev/null & server=$!
echo "pid $server" >&4
exec 4>&-
{ cat <&3 >/dev/null
  kill -TERM $server 2>/dev/null
  n=0; while kill -0 $server 2>/dev/null && [ $n -lt $grace ]; do sleep 0.05; n=$((n+1)); done
  kill -KILL $server 2>/dev/null
  [ -z "$dir" ] || { sleep 0.1; rm -rf "$dir"; rm -rf "$dir"; }
} >/dev/null 2>&1 & cleaner=$!
exec 3<&-
wait $server; code=$?
echo "exit $code"
wait $cleaner
`

/**
 * Starts `command` so that it ends with this process, even when this process is killed.
 * @param options.dir a temporary folder that is removed once the server has ended
 * @param options.graceMs how long the server may take to end after TERM. @default 5000
 */
export async function leash(
  command: string,
  args: readonly string[],
  options: { readonly dir?: string; readonly graceMs?: number; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Leashed> {
  const grace = String(Math.ceil((options.graceMs ?? 5000) / 50))
  const keeper = spawn('/bin/sh', ['-c', KEEPER, 'leash', options.dir ?? '', grace, command, ...args], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
    env: options.env ?? process.env,
  })
  let log = ''
  const waiting = new Set<() => void>()
  let settle: (code: number | null) => void
  const exited = new Promise<number | null>((resolve) => (settle = resolve))
  const remember = (chunk: Buffer): void => {
    log = (log + chunk.toString('utf8')).slice(-65_536)
    const exit = /^exit (\d+)$/m.exec(log.slice(-200))
    if (exit) settle(Number(exit[1]) > 128 ? null : Number(exit[1]))
    for (const look of waiting) look()
  }
  keeper.stdout?.on('data', remember)
  keeper.stderr?.on('data', remember)
  const gone = once(keeper, 'exit').then(() => settle(null))
  const tether = keeper.stdio[3] as import('node:stream').Writable
  tether.on('error', () => {})
  const [announcement] = (await once(keeper.stdio[4] as import('node:stream').Readable, 'data')) as [Buffer]
  const until = (pattern: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (!pattern.test(log)) return
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      look()
      void exited.then(() => {
        waiting.delete(look)
        return reject(new Error(`${command} exited before its log matched ${pattern}:\n${log}`))
      })
    })
  const stop = async (): Promise<void> => {
    tether.end()
    await gone
  }
  return {
    pid: Number(/pid (\d+)/.exec(announcement.toString())?.[1]),
    exited,
    log: () => log,
    until,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}
