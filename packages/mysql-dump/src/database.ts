import type { Readable } from 'node:stream'

/** How a command is run on the host. */
export interface DumpCommandOptions {
  readonly input?: string
  readonly signal?: AbortSignal
  /** What errors call the command. */
  readonly name?: string
  /** Fails when, waited for, the command gives nothing for so long. */
  readonly idleTimeoutMs?: number
}

/** What a dump needs of a shell; `Shell` of `@raxx/ssh-stream` is one. A command succeeded only when it exited with 0. */
export interface DumpShell {
  /** The command's stdout, which ends only when the command succeeded. Errors carry `exitCode` and `stderr` where known. */
  read(command: string, options?: DumpCommandOptions): Readable
  run(
    command: string,
    options?: DumpCommandOptions,
  ): Promise<{ readonly stdout: string; readonly stderr: string }>
}

/** One database on a server, as seen from the host where the shell runs. */
export interface Database {
  readonly name: string
  readonly user: string
  /** Reaches the host over the command's stdin alone: no argument, environment, file, log or error ever holds it. */
  readonly password: string
  /** @default '127.0.0.1' */
  readonly address?: string
  /** @default 3306 */
  readonly port?: number
  /** A socket on the host, instead of `address` and `port`. */
  readonly socket?: string
}
