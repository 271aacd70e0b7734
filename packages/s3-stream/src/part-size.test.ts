import { assert as forAll, integer, property } from 'fast-check'
import { expect, it } from 'vitest'
import { capacityOf, partSizeFor, queueSizeFor } from './part-size.ts'

const MIB = 1024 * 1024
const TIB = MIB * MIB

it('takes parts of 8 MiB for anything that fits twice into 10,000 of them', () => {
  expect(partSizeFor(0)).toBe(8 * MIB)
  expect(partSizeFor(40_000 * MIB)).toBe(8 * MIB)
  expect(partSizeFor(40_000 * MIB + 1)).toBe(9 * MIB)
})

it('leaves room for twice what was expected, in whole MiB, for every size up to 24 TiB', () => {
  forAll(
    property(integer({ min: 0, max: 24 * TIB }), (expected) => {
      const part = partSizeFor(expected)
      expect(capacityOf(part)).toBeGreaterThanOrEqual(2 * expected)
      expect(part % MIB).toBe(0)
      expect(part).toBeGreaterThanOrEqual(8 * MIB)
      expect(part).toBeLessThanOrEqual(5120 * MIB)
    }),
  )
})

it('refuses what is no size, and what no upload can hold', () => {
  expect(() => partSizeFor(Number.NaN)).toThrow(RangeError)
  expect(() => partSizeFor(-1)).toThrow(RangeError)
  expect(() => partSizeFor(100 * TIB)).toThrow(RangeError)
})

it('sends fewer parts at once the larger they are, so that memory stays bounded', () => {
  expect(queueSizeFor(8 * MIB)).toBe(2)
  expect(queueSizeFor(12 * MIB)).toBe(1)
  expect(queueSizeFor(64 * MIB)).toBe(1)
})
