import { describe, expect, test } from 'vitest'
import { compareApp } from './compare-app.ts'
import { daysToFetch, fetchMailCommand } from './fetch-mail-command.ts'

describe('compareApp', () => {
  const live = { version: '1.8.100', keyFingerprint: 'aa' }
  const codes = (recorded: Parameters<typeof compareApp>[0]): string[] =>
    compareApp(recorded, live).map(({ severity, code }) => `${severity} ${code}`)

  test('finds nothing where nothing differs', () => {
    expect(codes({ ...live })).toEqual([])
  })
  test.each([
    [undefined, ['info APP_UNKNOWN']],
    [{ ...live, keyFingerprint: 'bb' }, ['error KEY_DIFFERS']],
    [{ ...live, version: '1.8.99' }, ['warning DUMP_OLDER']],
    [{ ...live, version: '1.8.101' }, ['error DUMP_NEWER']],
    [{ ...live, version: '1.10.1' }, ['error DUMP_NEWER']],
    [{ ...live, version: '1.8' }, ['warning DUMP_OLDER']],
    [{ version: '1.8.101', keyFingerprint: 'bb' }, ['error KEY_DIFFERS', 'error DUMP_NEWER']],
  ])('of %j finds %j', (recorded, expected) => {
    expect(codes(recorded)).toEqual(expected)
  })
})

describe('fetchMailCommand', () => {
  test('asks for mail of so many days, seen or not', () => {
    expect(fetchMailCommand(3)).toBe('php artisan freescout:fetch-emails --unseen=0 --days=3')
  })
  test.each([0, -1, 1.5, Number.NaN, Infinity])('refuses %d days', (days) => {
    expect(() => fetchMailCommand(days)).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }))
  })
  test.each([
    ['2026-11-22T05:00:00Z', 2],
    ['2026-11-22T06:00:00Z', 2],
    ['2026-11-20T06:01:00Z', 3],
    ['2026-11-20T05:59:00Z', 4],
  ])('mail since %s is within %d days, with one to spare', (takenAt, days) => {
    expect(daysToFetch(new Date(takenAt), new Date('2026-11-22T06:00:00Z'))).toBe(days)
  })
})
