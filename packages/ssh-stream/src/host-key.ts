import { createHash } from 'node:crypto'
import { SshError } from './errors.ts'

/** A key that a host has shown. */
export interface HostKey {
  /** `ssh-ed25519`, `ecdsa-sha2-nistp256`, `ssh-rsa`. */
  readonly type: string
  /** `SHA256:…`, as `ssh-keygen -lf` prints it and `hostKeys` takes it. */
  readonly fingerprint: string
  /** The line that `ssh-keyscan` prints and known_hosts holds. */
  readonly line: string
}

/** A way for a host to sign. Named here, so that users of this package need no types of ssh2. */
export type Algorithm =
  | 'ssh-ed25519'
  | `ecdsa-sha2-nistp${256 | 384 | 521}`
  | `rsa-sha2-${256 | 512}`
  | 'ssh-rsa'

/** Every way to sign that we take, best first. DSA is not among them. */
export const ALGORITHMS: readonly Algorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
  'ssh-rsa',
]

/** The algorithms that are left once a key of this type was seen. */
export function without(offer: readonly Algorithm[], type: string): Algorithm[] {
  // One RSA key signs in three ways, two of them named otherwise (RFC 8332).
  return offer.filter(
    (algorithm) => algorithm !== type && !(type === 'ssh-rsa' && algorithm.startsWith('rsa-')),
  )
}

/** Reads a public key as it comes over the wire (RFC 4253 §6.6: the type's length, the type, the rest). */
export function readHostKey(blob: Buffer, address: string, port: number): HostKey {
  const type = blob.subarray(4, 4 + blob.readUInt32BE(0)).toString('latin1')
  const host = port === 22 ? address : `[${address}]:${port}`
  return { type, fingerprint: fingerprintOf(blob), line: `${host} ${type} ${blob.toString('base64')}` }
}

/** `SHA256:` and the unpadded base64 of a public key's hash. */
export function fingerprintOf(blob: Buffer): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`
}

/** The fingerprints to expect. Rejects none and malformed ones before anything is connected to. */
export function readPins(hostKeys: readonly string[], host: string): readonly string[] {
  const hint = `Run \`raxx-backup trust\` or \`ssh-keyscan HOST | ssh-keygen -lf -\`, compare with \`ssh-keygen -lf\` on the host itself, and list what agrees.`
  if (hostKeys.length === 0) {
    throw new SshError(
      'HOST_KEYS_MISSING',
      `no host key is listed for ${host}, so that nothing could tell it from another host`,
      { hint },
    )
  }
  return hostKeys.map((text) => {
    const pin = text.trim().replace(/=+$/, '')
    if (/^SHA256:[A-Za-z0-9+/]{43}$/.test(pin)) return pin
    throw new SshError(
      'HOST_KEYS_INVALID',
      `a host key of ${host} is not a fingerprint: expected SHA256: and 43 characters, found ${JSON.stringify(text.slice(0, 80))}`,
      { hint },
    )
  })
}
