import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { asOneLine, tail } from './tail.ts'

// Not fast-check's own units: they take seconds to build their tables.
const anyCharacter = fc
  .oneof(fc.integer({ max: 0xff, min: 0 }), fc.integer({ min: 0, max: 0x10ffff }))
  .map((code) => String.fromCodePoint(code))

test('a tail is the end of all that was added, and no longer than its limit', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), (chunks) => {
      const kept = tail(32)
      const ascii = chunks.map((chunk) => Buffer.from(chunk.map((byte) => byte & 0x7f)))
      for (const chunk of ascii) kept.add(chunk)
      expect(kept.text()).toBe(Buffer.concat(ascii).subarray(-32).toString())
    }),
  )
})

test('a message is one printable line: no colours, no control or direction characters', () => {
  expect(asOneLine('\u001b[31mERROR 1045\u001b[0m:\tdenied\r\n\n::add-mask::x\u202e\u0007 \u0085')).toBe(
    'ERROR 1045: denied | ::add-mask::x',
  )
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter }), (text) => {
      expect(asOneLine(text, 50)).not.toMatch(/[\p{Cc}\p{Cf}]/u)
      expect(asOneLine(text, 50).length).toBeLessThanOrEqual(50)
    }),
  )
})

test('a long text keeps its end, where programs say what went wrong', () => {
  expect(asOneLine(`${'x'.repeat(5000)} the reason`)).toMatch(/^x+ the reason$/)
})
