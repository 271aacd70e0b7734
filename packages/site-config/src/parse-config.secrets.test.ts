import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { ConfigError } from './errors.ts'
import { parseConfig } from './parse-config.ts'

/** What a reader of the error could see: everything that is printed or serialised of it. */
function shown(text: string): string {
  try {
    parseConfig(text, { file: 'config.yaml' })
    return ''
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return [error.message, error.hint, error.stack, String(error.cause), JSON.stringify(error.problems)].join(
      '\n',
    )
  }
}

// Where a literal secret ends up when somebody writes it instead of a reference. `broken` adds a mistake elsewhere.
const PLACES: readonly ((value: string) => string)[] = [
  (v) => `sites: {a: {region: us-east-1, database: {name: a, user: b, password: ${v}}}}`,
  (v) => `sites:\n  a:\n    database:\n      password: ${v}\n      port: nope`,
  (v) => `sites:\n  a:\n    database:\n      pass_word: ${v}`,
  (v) => `sites:\n  a:\n    host:\n      privateKey: ${v}`,
  (v) => `sites:\n  a:\n    host:\n      local: true\n      privateKey: ${v}`,
  (v) => `sites:\n  a:\n    database:\n      admin: ${v}`,
  (v) => `sites:\n  a:\n    database:\n      admin:\n        password: ${v}`,
  (v) => `sites:\n  a:\n    database: ${v}`,
  (v) => `sites:\n  a:\n    notify:\n      - slack:\n          channel: D0AJ7K184TV\n          token: ${v}`,
  (v) => `sites:\n  a:\n    notify:\n      - slack: ${v}`,
  (v) => `sites:\n  a:\n    notify:\n      - webhook:\n          url: ${v}`,
  (v) => `sites:\n  a:\n    notify:\n      - heartbeat:\n          url: ${v}`,
  (v) => `sites:\n  a:\n    notify: ${v}`,
]

const characters = 'abcXYZ0189 \'"`{}[],:&*#?|->!%@\\/=+_$~\t'.split('')
const secret = fc
  .string({ unit: fc.constantFrom(...characters), minLength: 4, maxLength: 40 })
  .map((text) => `Zq9${text}9qZ`)

test('no message shows a secret that was written, in quotes, where a reference belongs', () => {
  fc.assert(
    fc.property(secret, fc.constantFrom(...PLACES), (value, place) => {
      expect(shown(place(JSON.stringify(value)))).not.toContain(value)
      expect(shown(place(JSON.stringify(value)))).not.toContain('Zq9')
    }),
    { numRuns: 400 },
  )
})

test('nor one without quotes, whatever YAML takes it for', () => {
  const start = fc.constantFrom(
    '',
    '*',
    '&',
    '!',
    '|',
    '>',
    '%',
    '@',
    '`',
    '"',
    "'",
    '[',
    '{',
    '? ',
    '- ',
    '#',
  )
  fc.assert(
    fc.property(secret, start, fc.constantFrom(...PLACES.slice(1)), (value, first, place) => {
      expect(shown(place(first + value))).not.toContain('Zq9')
    }),
    { numRuns: 800 },
  )
})

test('nor the rest of one that a comma cuts in two', () => {
  expect(shown('sites: {a: {database: {password: ab,Zq9cd, name: x}}}')).not.toContain('Zq9')
})

test('nor a whole private key in the file', () => {
  const key =
    '      privateKey: |\n        -----BEGIN OPENSSH PRIVATE KEY-----\n        Zq9\n        -----END OPENSSH PRIVATE KEY-----'
  expect(shown(`sites:\n  a:\n    host:\n${key}`)).not.toMatch(/Zq9|BEGIN/)
})
