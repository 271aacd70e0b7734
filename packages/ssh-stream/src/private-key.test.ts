import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, describe, expect, test } from 'vitest'
import { SshError } from './errors.ts'
import { readPrivateKey } from './private-key.ts'

const dir = mkdtempSync(join(tmpdir(), 'raxx-keys-'))
afterAll(() => rmSync(dir, { recursive: true }))

function generate(name: string, ...args: string[]): { pem: string; publicKey: string; fingerprint: string } {
  const file = join(dir, name)
  execFileSync('ssh-keygen', ['-q', '-C', 'test', '-f', file, ...args])
  return {
    pem: readFileSync(file, 'utf8'),
    publicKey: readFileSync(`${file}.pub`, 'utf8'),
    fingerprint:
      /SHA256:\S+/.exec(execFileSync('ssh-keygen', ['-lf', file], { encoding: 'utf8' }))?.[0] ?? '',
  }
}

const openssh = generate('openssh', '-t', 'ed25519', '-N', '')
const pem = generate('pem', '-t', 'rsa', '-b', '2048', '-m', 'PEM', '-N', '')
const ecdsa = generate('ecdsa', '-t', 'ecdsa', '-N', '')

describe.each([
  ['OpenSSH', openssh],
  ['PEM', pem],
  ['ECDSA', ecdsa],
])('a key in %s format is read', (_, key) => {
  const body = key.pem.trim()
  test.each([
    ['as it is', key.pem],
    ['as bytes', Buffer.from(key.pem)],
    ['without its last newline', body],
    ['with CRLF', key.pem.replaceAll('\n', '\r\n')],
    ['with \\n spelt out', key.pem.replaceAll('\n', String.raw`\n`)],
    ['with \\r\\n spelt out', key.pem.replaceAll('\n', String.raw`\r\n`)],
    ['indented, as YAML leaves it', body.replaceAll(/^/gm, '      ')],
    ['in quotes', `"${key.pem.replaceAll('\n', String.raw`\n`)}"`],
    ['with spaces for newlines', body.replaceAll('\n', ' ')],
    ['after a byte order mark and blank lines', `\uFEFF\n\n${key.pem}\n\n`],
  ])('%s', (__, text) => {
    expect(readPrivateKey(text).fingerprint).toBe(key.fingerprint)
  })
})

test.each([
  ['empty', '', /is empty/],
  ['blank', ' \n ', /is empty/],
  ['a word', 'hunter2hunter2hunter2', /no line with BEGIN/],
  ['the public half', openssh.publicKey, /is a public key/],
  ['cut off', openssh.pem.slice(0, 200), /damaged, cut off/],
  [
    'cut off, with its last line',
    `${openssh.pem.slice(0, 200)}\n-----END OPENSSH PRIVATE KEY-----`,
    /damaged, cut off/,
  ],
  [
    'encrypted, OpenSSH',
    generate('locked', '-t', 'ed25519', '-N', 'hunter2hunter2').pem,
    /encrypted with a passphrase/,
  ],
  [
    'encrypted, PEM',
    generate('lockedpem', '-t', 'rsa', '-m', 'PEM', '-N', 'hunter2hunter2').pem,
    /encrypted with a passphrase/,
  ],
  [
    'PKCS#8',
    generateKeyPairSync('ed25519', {
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    }).privateKey,
    /PKCS#8/,
  ],
])('a key that cannot be used (%s) is refused with what to do, and none of its text', (_, text, message) => {
  let error: unknown
  try {
    readPrivateKey(text)
  } catch (thrown) {
    error = thrown
  }
  expect(error).toBeInstanceOf(SshError)
  expect(error).toMatchObject({
    code: 'BAD_PRIVATE_KEY',
    message: expect.stringMatching(message),
    hint: expect.any(String),
  })
  const told = inspect(error, { depth: 9, showHidden: true })
  const pieces = text.split(/\s+/).filter((piece) => piece.length > 20)
  expect(pieces.filter((piece) => told.includes(piece.slice(0, 20)))).toEqual([])
})
