import ssh2 from 'ssh2'
import { SshError } from './errors.ts'
import { fingerprintOf } from './host-key.ts'

/** A private key that is known to be readable. */
export interface PrivateKey {
  /** Secret. */
  readonly pem: string
  /** Of its public half: what an operator can look for in authorized_keys. */
  readonly fingerprint: string
}

/**
 * Reads a private key in any shape that secret stores leave it in: `\n` spelt out, CRLF, indented, quoted, all on one line.
 * @throws SshError BAD_PRIVATE_KEY, which never holds any of the text
 */
export function readPrivateKey(text: string | Buffer): PrivateKey {
  const pem = normalise(text.toString())
  const parsed = parse(pem)
  if (parsed instanceof Error || !parsed.isPrivateKey()) {
    const { message, hint } = explain(pem, parsed)
    throw new SshError('BAD_PRIVATE_KEY', message, { hint })
  }
  return { pem, fingerprint: fingerprintOf(parsed.getPublicSSH()) }
}

function normalise(text: string): string {
  const lines = text
    .replaceAll(/\\r|\r|\uFEFF/g, '')
    .replaceAll(String.raw`\n`, '\n')
    .trim()
    .replaceAll(/^["']|["']$/g, '')
    .split('\n')
    .map((line) => line.trim())
    .join('\n')
    .trim()
  const flat = /^(-----BEGIN [A-Z ]+-----)([A-Za-z0-9+/= \t]+)(-----END [A-Z ]+-----)$/.exec(lines)
  if (!flat) return `${lines}\n`
  const body = (flat[2] ?? '').replaceAll(/\s/g, '').match(/.{1,70}/g) ?? []
  return `${[flat[1], ...body, flat[3]].join('\n')}\n`
}

function parse(pem: string): ReturnType<typeof ssh2.utils.parseKey> {
  try {
    const parsed: unknown = ssh2.utils.parseKey(pem)
    // OpenSSH's format can hold several; the types do not say so.
    return (Array.isArray(parsed) ? parsed[0] : parsed) as ReturnType<typeof ssh2.utils.parseKey>
  } catch {
    // What it throws quotes nothing we could show.
    return new Error('Malformed')
  }
}

function explain(pem: string, parsed: ReturnType<typeof parse>): { message: string; hint: string } {
  const whole = 'Store the whole file, from the line with BEGIN to the line with END.'
  if (pem.trim() === '') return { message: 'the private key is empty', hint: whole }
  if (!(parsed instanceof Error) || /^(ssh|ecdsa)-\S+ |BEGIN (SSH2 )?PUBLIC KEY/.test(pem)) {
    return {
      message: 'the private key is a public key',
      hint: 'Store the file whose name does not end in .pub.',
    }
  }
  if (/encrypted|passphrase/i.test(parsed.message) || /ENCRYPTED/.test(pem)) {
    return {
      message: 'the private key is encrypted with a passphrase',
      hint: 'Make a key without one for this purpose: `ssh-keygen -t ed25519 -N "" -f FILE`.',
    }
  }
  if (pem.includes('BEGIN PRIVATE KEY')) {
    return {
      message: 'the private key is in PKCS#8, which is not supported',
      hint: 'Convert a copy of it with `ssh-keygen -p -N "" -f FILE`.',
    }
  }
  if (!pem.includes('-----BEGIN ')) {
    return {
      message: 'the private key has no line with BEGIN: it is not a key in OpenSSH or PEM format',
      hint: whole,
    }
  }
  return {
    message: 'the private key cannot be read: it is damaged, cut off, or of an unknown kind',
    hint: whole,
  }
}
