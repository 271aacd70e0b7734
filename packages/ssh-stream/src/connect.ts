import { watchConnection, type Connection } from './connection.ts'
import { deadline } from './deadline.ts'
import { SshError } from './errors.ts'
import { shakeHands } from './handshake.ts'
import { ALGORITHMS, readPins, without, type HostKey } from './host-key.ts'
import { readPrivateKey } from './private-key.ts'
import { startRemote } from './remote-command.ts'
import { shellAt } from './shell-at.ts'
import type { Shell } from './shell.ts'

/** A host, and who logs in there. */
export interface SshTarget {
  readonly address: string
  /** @default 22 */
  readonly port?: number
  readonly user: string
  /** An OpenSSH or PEM key without a passphrase, however the secret store has bent its lines. */
  readonly privateKey: string | Buffer
  /** The fingerprints (`SHA256:…`) of which the host must show one. There is no way to connect without. */
  readonly hostKeys: readonly string[]
}

/** How long to try, and how soon silence is a loss. */
export interface ConnectOptions {
  /** Gives up connecting (ABORTED). Once connected it has no effect: commands take signals of their own. */
  readonly signal?: AbortSignal
  /** For all of it: name, TCP, keys, login. @default 20_000 */
  readonly readyTimeoutMs?: number
  /** @default 10_000; 0 for never */
  readonly keepaliveIntervalMs?: number
  /** So many intervals without a byte from the host are a lost connection. @default 3 */
  readonly keepaliveCountMax?: number
}

/** A shell on another host, over one SSH connection. Commands may run side by side. */
export interface SshShell extends Shell, AsyncDisposable {
  /** The fingerprint that the host has shown; one of `hostKeys`. */
  readonly hostKey: string
  /** Ends the connection; commands that still run fail (CLOSED). Never rejects; safe to call twice. */
  close(): Promise<void>
}

/**
 * Logs in to a host that shows one of the expected keys. A host that shows another is told nothing: no user, no key, no
 * command. Because a host has keys of several types and shows only one at a time, each type is asked for before it is
 * refused. Rejects with one SshError, with nothing left open.
 */
export async function connect(target: SshTarget, options: ConnectOptions = {}): Promise<SshShell> {
  const { address, port = 22, user } = target
  const { readyTimeoutMs = 20_000, keepaliveIntervalMs = 10_000, keepaliveCountMax = 3 } = options
  const host = `${user}@${address}:${port}`
  const pins = readPins(target.hostKeys, host)
  const key = readPrivateKey(target.privateKey)
  const limit = deadline(readyTimeoutMs, host, options.signal)
  const seen: HostKey[] = []
  try {
    for (let offer = [...ALGORITHMS]; offer.length > 0;) {
      const greeting = await shakeHands({
        address,
        port,
        host,
        offer,
        trust: ({ fingerprint }) => pins.includes(fingerprint),
        login: { user, key },
        keepaliveIntervalMs,
        signal: limit.signal,
      }).catch((error: unknown) => {
        // Once a wrong key was seen, that is the news; what ended the later attempts is its cause.
        if (seen.length === 0 || limit.signal.aborted || isAuth(error)) throw error
        throw mismatch(host, pins, seen, error)
      })
      if (greeting.kind === 'ready') {
        const { client, socket } = greeting
        return sshShell(
          watchConnection(client, socket, { host, keepaliveIntervalMs, keepaliveCountMax }),
          greeting.key.fingerprint,
        )
      }
      if (greeting.kind === 'no key') break
      seen.push(greeting.key)
      offer = without(offer, greeting.key.type)
    }
    throw mismatch(host, pins, seen)
  } finally {
    limit.clear()
  }
}

function sshShell(connection: Connection, hostKey: string): SshShell {
  const { host } = connection
  const close = (): Promise<void> => connection.close()
  const shell = shellAt({ host, start: (command, name) => startRemote(connection, command, name) })
  return { ...shell, hostKey, close, [Symbol.asyncDispose]: close }
}

const isAuth = (error: unknown): boolean => error instanceof SshError && error.code === 'AUTH_FAILED'

function mismatch(
  host: string,
  pins: readonly string[],
  seen: readonly HostKey[],
  cause?: unknown,
): SshError {
  const shown = seen.map(({ fingerprint, type }) => `${fingerprint} (${type})`).join(', ')
  return new SshError(
    'HOST_KEY_MISMATCH',
    `${host} showed none of the expected host keys: seen ${shown || 'none of a type that is supported'}; expected ${pins.join(', ')}`,
    {
      cause,
      hint: 'Run `for k in /etc/ssh/ssh_host_*.pub; do ssh-keygen -lf $k; done` on the host itself: if it shows the seen key, the host was rebuilt and hostKeys must be updated; if not, something else answers at that address.',
    },
  )
}
