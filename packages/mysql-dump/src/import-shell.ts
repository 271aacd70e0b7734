import type { Writable } from 'node:stream'

/** What an import and a swap need of a shell; `Shell` of `@raxx/ssh-stream` is one. A command succeeded only when it exited with 0. */
export interface ImportShell {
  /** The command's stdin, which finishes only when the command succeeded; `input` goes before the data. */
  write(
    command: string,
    options?: { readonly input?: string; readonly signal?: AbortSignal; readonly name?: string },
  ): Writable
  run(
    command: string,
    options?: { readonly input?: string; readonly signal?: AbortSignal; readonly name?: string },
  ): Promise<{ readonly stdout: string; readonly stderr: string }>
}
