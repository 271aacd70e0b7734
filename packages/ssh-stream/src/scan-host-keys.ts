import { deadline } from './deadline.ts'
import { SshError } from './errors.ts'
import { shakeHands } from './handshake.ts'
import { ALGORITHMS, without, type HostKey } from './host-key.ts'

/** How long to look. */
export interface ScanOptions {
  readonly signal?: AbortSignal
  /** For all keys together. @default 20_000 */
  readonly timeoutMs?: number
}

/**
 * Every host key that a server has: one of each type of Ed25519, ECDSA and RSA, best first. It breaks off each key exchange
 * before anything is said, so that no login is tried. Whoever answers may show any key: compare them on another way before
 * you trust them. Rejects with an SshError when no server answers or it has no such key.
 */
export async function scanHostKeys(
  target: { readonly address: string; readonly port?: number },
  options: ScanOptions = {},
): Promise<HostKey[]> {
  const { address, port = 22 } = target
  const host = `${address}:${port}`
  const limit = deadline(options.timeoutMs ?? 20_000, host, options.signal)
  const keys: HostKey[] = []
  try {
    for (let offer = [...ALGORITHMS]; offer.length > 0;) {
      const greeting = await shakeHands({
        address,
        port,
        host,
        offer,
        trust: () => false,
        signal: limit.signal,
      })
      if (greeting.kind !== 'refused') break
      keys.push(greeting.key)
      offer = without(offer, greeting.key.type)
    }
  } finally {
    limit.clear()
  }
  if (keys.length > 0) return keys
  throw new SshError('CONNECT_FAILED', `${host} has no host key of a type that is supported`, {
    hint: 'Make one on the host with `ssh-keygen -A`.',
  })
}
