/** The part of a shell that this package needs: `@raxx/ssh-stream`'s fits, over SSH or on this machine. */
export interface HostShell {
  /** Resolves with what the command printed once it has exited with 0; rejects otherwise. */
  run(
    command: string,
    options?: {
      readonly input?: string | Uint8Array
      readonly signal?: AbortSignal
      readonly name?: string
    },
  ): Promise<{ readonly stdout: string }>
}

/** Where FreeScout is, and how to get the rights to work on it. */
export interface HostOptions {
  /** The folder with `artisan` and `.env`: `/var/www/html/freescout`. */
  readonly appDir: string
  /**
   * Runs what needs rights with `sudo -n`. Without it, the shell's user must itself be root, or for reading the
   * application's own user. @default true
   */
  readonly sudo?: boolean
  readonly signal?: AbortSignal
}
