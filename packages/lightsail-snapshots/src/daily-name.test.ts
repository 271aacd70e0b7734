import { assert, date, property, string } from 'fast-check'
import { expect, test } from 'vitest'
import { dailyName, isDailyName } from './daily-name.ts'

const prefix = 'raxx-tickets-backup-'

test("the day's name is the prefix and the UTC date", () => {
  expect(dailyName(prefix, new Date('2026-11-22T23:59:59.999Z'))).toBe('raxx-tickets-backup-2026-11-22')
  expect(dailyName(prefix, '2026-02-28')).toBe('raxx-tickets-backup-2026-02-28')
})

test.each(['2026-02-29', '2026-13-01', '26-01-01', '', 'latest'])('%s is not a day', (day) => {
  expect(() => dailyName(prefix, day)).toThrow(expect.objectContaining({ code: 'INVALID_DATE' }) as Error)
})

test('a time that is none is refused', () => {
  expect(() => dailyName(prefix, new Date(Number.NaN))).toThrow('not a day')
})

test.each([
  'raxx-tickets-backup-2026-11-22-copy',
  'raxx-tickets-backup-2026-11-22\n',
  'raxx-tickets-backup-2026-11-31',
  'raxx-tickets-backup-2026-02-29',
  'raxx-tickets-backup-0000-00-00',
  'raxx-tickets-backup-2026-1-2',
  'raxx-tickets-backup-',
  'raxx-tickets-manual-2026-11-22',
  'other-raxx-tickets-backup-2026-11-22',
  'Raxx-tickets-backup-2026-11-22',
])('%j is not a daily name', (name) => {
  expect(isDailyName(prefix, name)).toBe(false)
})

test('every day has a daily name, and a longer one never is', () => {
  assert(
    property(
      date({ min: new Date('1000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
      string({ minLength: 1 }),
      (day, more) => {
        const name = dailyName(prefix, day)
        expect(isDailyName(prefix, name)).toBe(true)
        expect(isDailyName(prefix, name + more)).toBe(false)
        expect(isDailyName(prefix, more + name)).toBe(false)
      },
    ),
  )
})
