import { execFileSync } from 'node:child_process'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { shellQuote } from './shell-quote.ts'

const anyCharacter = fc
  .oneof(fc.integer({ min: 1, max: 0x7f }), fc.integer({ min: 1, max: 0xd7ff }))
  .map((code) => String.fromCodePoint(code))

test('any word comes back from a real shell as it was', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: anyCharacter }), { minLength: 1 }), (words) => {
      const out = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${words.map(shellQuote).join(' ')}`], {
        encoding: 'utf8',
      })
      expect(out).toBe(words.map((word) => `${word}\0`).join(''))
    }),
    { numRuns: 50, examples: [[["'", '', '$(reboot)', '`id`', '\n', '\\', '-e', "'\\''"]]] },
  )
})

test('a NUL character is refused', () => {
  expect(() => shellQuote('a\0b')).toThrow(RangeError)
})
