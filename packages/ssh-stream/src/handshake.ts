import { Socket } from 'node:net'
import ssh2, { type Client } from 'ssh2'
import { SshError } from './errors.ts'
import { readHostKey, type Algorithm, type HostKey } from './host-key.ts'
import type { PrivateKey } from './private-key.ts'

/** One connection to try. */
export interface Attempt {
  readonly address: string
  readonly port: number
  /** As errors name it. */
  readonly host: string
  /** The host key algorithms to offer. */
  readonly offer: readonly Algorithm[]
  /** Whether to go on with a host that shows this key. Asked again at every re-keying. */
  trust(key: HostKey): boolean
  /** Who logs in, once the host is trusted. */
  readonly login?: { readonly user: string; readonly key: PrivateKey }
  readonly keepaliveIntervalMs?: number
  /** Its reason is the error to reject with. */
  readonly signal: AbortSignal
}

/** What came of it: logged in; the key was not trusted and nothing more was said; or the host has no key of an offered type. */
export type Greeting =
  | { readonly kind: 'ready'; readonly client: Client; readonly socket: Socket; readonly key: HostKey }
  | { readonly kind: 'refused'; readonly key: HostKey }
  | { readonly kind: 'no key' }

/** Connects once. Rejects with an SshError; whenever it does not resolve with `ready`, nothing is left open. */
export function shakeHands(attempt: Attempt): Promise<Greeting> {
  const { address, port, host, login, signal } = attempt
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    const client = new ssh2.Client()
    const socket = new Socket()
    let trusted: HostKey | undefined
    let refused: HostKey | undefined
    let settled = false
    const settle = (work: () => void): void => {
      if (settled) return
      settled = true
      signal.removeEventListener('abort', onAbort)
      work()
    }
    const giveUp = (work: () => void): void =>
      settle(() => {
        socket.destroy()
        work()
      })
    const onAbort = (): void => giveUp(() => reject(signal.reason))
    const onError = (error: Error & { level?: string }): void =>
      giveUp(() => {
        if (refused) return resolve({ kind: 'refused', key: refused })
        if (error.message.includes('no matching host key format')) return resolve({ kind: 'no key' })
        reject(explain(error, attempt, trusted !== undefined))
      })
    const onGone = (): void => onError(new Error('the other side closed the connection'))
    signal.addEventListener('abort', onAbort)
    // Kept for good: ssh2 may emit a second error for one failure, and one without a listener ends the process.
    socket.on('error', onError)
    client.on('error', onError).on('end', onGone).on('close', onGone)
    client.on('ready', () =>
      settle(() => {
        if (trusted) resolve({ kind: 'ready', client, socket, key: trusted })
      }),
    )
    try {
      socket.connect({ host: address, port, noDelay: true })
      client.connect({
        sock: socket,
        username: login?.user ?? 'nobody',
        ...(login && { privateKey: login.key.pem }),
        // Without this, ssh2 asks for access without any key first, which some servers count as a failed attempt.
        authHandler: login ? ['publickey'] : [],
        algorithms: { serverHostKey: [...attempt.offer] },
        readyTimeout: 0,
        keepaliveInterval: attempt.keepaliveIntervalMs ?? 0,
        // Answers queue behind data on a slow line, so that losing count of them proves nothing: see connection.ts.
        keepaliveCountMax: Infinity,
        // Only the value `false` denies. A promise, null or undefined would let any host in.
        hostVerifier: (blob: Buffer): boolean => {
          const key = readHostKey(blob, address, port)
          if (attempt.trust(key)) {
            trusted = key
            return true
          }
          refused = key
          return false
        },
      })
    } catch (error) {
      giveUp(() => reject(explain(error as Error, attempt, false)))
    }
  })

  function explain(
    error: Error & { level?: string; code?: unknown },
    { login: who }: Attempt,
    isTrusted: boolean,
  ): SshError {
    if (
      isTrusted &&
      who &&
      (error.level === 'client-authentication' || /authentication failures/.test(error.message))
    ) {
      return new SshError(
        'AUTH_FAILED',
        `${host} does not let ${who.user} in with the key ${who.key.fingerprint}`,
        {
          cause: error,
          hint: `Add the key's public half to ~${who.user}/.ssh/authorized_keys on the host, or use the key and the user that belong together.`,
        },
      )
    }
    const code = typeof error.code === 'string' ? error.code : undefined
    return new SshError(
      'CONNECT_FAILED',
      `cannot connect to ${host}: ${code && !error.message.includes(code) ? `${code}: ` : ''}${error.message}`,
      {
        cause: error,
        hint: code === undefined ? undefined : HINTS[code],
      },
    )
  }
}

const HINTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Check that sshd runs on the host and that the port is right.',
  ECONNRESET: 'Check that sshd runs on that port, and that it does not limit connections from this machine.',
  ENOTFOUND: 'Check the spelling of the address.',
  EAI_AGAIN: 'Check that names can be looked up on this machine.',
  EHOSTUNREACH: 'Check that the host is up and its address is right.',
  ENETUNREACH: 'Check the network of this machine.',
  ETIMEDOUT: 'Check that the host is up and that its firewall lets this machine in on that port.',
}
