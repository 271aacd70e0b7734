import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** The built app, as `npx` would run it. */
const MAIN = fileURLToPath(new URL('../dist/main.cjs', import.meta.url))

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  /** stdout as the one JSON document that it must be. */
  json(): Record<string, any>
}

export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Ran>
}

// What the machine that runs the tests has set must not reach the app.
const OUTER = ['PATH', 'HOME', 'TMPDIR', 'LANG']

/** Starts the app and collects what it prints. */
export function startApp(args: readonly string[], env: Readonly<Record<string, string>>): Running {
  const outer = Object.fromEntries(
    OUTER.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
  )
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...outer, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const ended = once(child, 'close').then(([code]) => ({
    code: code as number | null,
    stdout,
    stderr,
    json: () => JSON.parse(stdout),
  }))
  return { child, ended }
}

export function runApp(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ran> {
  return startApp(args, env).ended
}
