import { expect, test } from 'vitest'
import { parseDuration } from './duration.ts'
import { parseSize } from './size.ts'

test.each([
  ['90s', 90_000],
  ['5m', 300_000],
  ['26h', 93_600_000],
  ['8d', 691_200_000],
  ['2w', 1_209_600_000],
  ['1.5h', 5_400_000],
  ['1h30m', 5_400_000],
  ['500ms', 500],
])('%s is %i ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms)
})

test.each(['', '5', '0s', '-5m', '5 m', '5min', 'h', '1e3s', '5M', '999999999w999999999w'.repeat(9)])(
  '%j is no duration',
  (text) => {
    expect(parseDuration(text)).toBe(undefined)
  },
)

test.each([
  [4096, 4096],
  ['512B', 512],
  ['1KiB', 1024],
  ['1kB', 1000],
  ['10MB', 10_000_000],
  ['10 MiB', 10_485_760],
  ['1.5GiB', 1_610_612_736],
  ['2TB', 2_000_000_000_000],
])('%j is %i bytes', (text, bytes) => {
  expect(parseSize(text)).toBe(bytes)
})

test.each(['', '10', '10K', 'KiB', '-1B', '1XB', '1e3B', -1, 1.5, Number.NaN, '999999999999999TB'])(
  '%j is no size',
  (text) => {
    expect(parseSize(text)).toBe(undefined)
  },
)
