import { expect, test } from 'vitest'
import { ageText } from './age.ts'

test.each([
  [30, 'under a minute'],
  [90, '1 minute'],
  [60 * 40, '40 minutes'],
  [3600 * 26, '26 hours'],
  [86_400 * 3, '3 days'],
])('%i seconds are %s', (seconds, text) => {
  expect(ageText(seconds)).toBe(text)
})
