import type { Readable, Writable } from 'node:stream'

/** What every way to run a command takes. */
export interface CommandOptions {
  /**
   * Given to the command's stdin, which then ends; `write()` sends it before the data. It is the way to hand over a secret:
   * it is in no argument list, environment, file or error.
   */
  readonly input?: string | Uint8Array
  /** Ends the command and fails the stream (ABORTED). */
  readonly signal?: AbortSignal
  /**
   * Fails the stream (IDLE) when we wait for the command and it neither gives nor takes a byte for so long. While nobody
   * reads, or nothing is written, no time passes. @default no limit
   */
  readonly idleTimeoutMs?: number
  /** What errors call the command. @default its first line, shortened */
  readonly name?: string
}

/** What `run()` takes. */
export interface RunOptions extends CommandOptions {
  /** More on stdout than this is an error (OUTPUT_TOO_LARGE). @default 16 MiB */
  readonly maxOutputBytes?: number
}

/** What a command printed, as UTF-8. */
export interface Output {
  readonly stdout: string
  /** Its last 16 KiB. */
  readonly stderr: string
}

/**
 * Runs commands, somewhere. A command is one string for a POSIX shell there; it is started at once. A command has succeeded
 * only when it exited with 0 and everything it wrote has arrived; anything else, and any doubt, is an SshError.
 */
export interface Shell {
  /**
   * The command's stdout. Ends only when the command has succeeded; destroying it ends the command. stdin is `input` or empty.
   */
  read(command: string, options?: CommandOptions): Readable
  /**
   * The command's stdin. Finishes only when the command took all of it and then succeeded; destroying it ends the command.
   * What the command prints to stdout is thrown away.
   */
  write(command: string, options?: CommandOptions): Writable
  /** The command's whole output, once it has succeeded. */
  run(command: string, options?: RunOptions): Promise<Output>
}
