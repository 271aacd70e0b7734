import { inspect } from 'node:util'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { redactor } from './redactor.ts'

const KEY = `-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW
QyNTUxOQAAACBTZWNyZXRLZXlNYXRlcmlhbEhlcmVTZWNyZXRLZXkx
-----END OPENSSH PRIVATE KEY-----
`

function redact(secrets: readonly string[], text: string): string {
  const hidden = redactor()
  for (const secret of secrets) hidden.add(secret)
  return hidden.redact(text)
}

test('a secret is hidden wherever it stands, and the rest is left alone', () => {
  expect(redact(['hunter2!'], 'password hunter2! and hunter2!hunter2! in -phunter2!')).toBe(
    'password *** and *** in -p***',
  )
  expect(redact(['hunter2!'], 'nothing here')).toBe('nothing here')
  expect(redact([], 'hunter2!')).toBe('hunter2!')
})

const SPELLINGS: Readonly<Record<string, (secret: string) => string>> = {
  JSON: (s) => JSON.stringify({ s }),
  URL: (s) => `mysql://user:${encodeURIComponent(s)}@host/`,
  form: (s) => new URLSearchParams({ s }).toString(),
  'shell word': (s) => `'${s.replaceAll("'", `'\\''`)}'`,
  'SQL string': (s) => `IDENTIFIED BY '${s.replaceAll("'", "''")}'`,
  base64: (s) => Buffer.from(s).toString('base64'),
  'base64 of a pair': (s) => Buffer.from(`user:${s}`).toString('base64'),
  'base64 of a pair, one on': (s) => Buffer.from(`users:${s}@`).toString('base64url'),
  hex: (s) => Buffer.from(s).toString('hex'),
  inspect: (s) => inspect({ s }),
}

test.each(Object.keys(SPELLINGS))('a secret is hidden as %s', (name) => {
  const secret = `p"a's\\s $w/örd+${'x'.repeat(9)}`
  const spelt = SPELLINGS[name]?.(secret) ?? ''
  const masked = redact([secret], `before ${spelt} after`)
  expect(masked).toMatch(/^before .*\*\*\*.* after$/)
  expect(masked).not.toContain('x'.repeat(5))
  expect(masked).not.toContain('eHh4eHh4')
})

test('a key is hidden line by line, its markers are not', () => {
  const hidden = redactor()
  hidden.add(KEY)
  const [, first = '', second = ''] = KEY.split('\n')
  expect(hidden.redact(`line ${second} of the key`)).toBe('line *** of the key')
  expect(hidden.redact(KEY)).not.toMatch(/b3Blb|QyNTU/)
  expect(hidden.redact('-----BEGIN OPENSSH PRIVATE KEY-----')).toBe('-----BEGIN OPENSSH PRIVATE KEY-----')
  expect(hidden.redact(JSON.stringify(KEY))).not.toMatch(/b3Blb|QyNTU/)
  expect(hidden.lines()).toEqual([first, second])
})

test('a secret under four characters is not hidden, and that is told', () => {
  const hidden = redactor()
  expect([hidden.add('abc'), hidden.add(''), hidden.add('ab\n\n'), hidden.add('abcd')]).toEqual([
    false,
    false,
    false,
    true,
  ])
  expect(hidden.redact('abc abcd')).toBe('abc ***')
})

test('no registered secret survives, however they overlap', () => {
  const secret = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 4, maxLength: 8 })
  fc.assert(
    fc.property(
      fc.array(secret, { minLength: 1, maxLength: 4 }),
      fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 60 }),
      (secrets, text) => {
        const masked = redact(secrets, secrets.join('') + text.join(''))
        for (const one of secrets) expect(masked).not.toContain(one)
        expect(masked.replaceAll('*', '').length).toBeLessThanOrEqual(text.length)
      },
    ),
  )
})
