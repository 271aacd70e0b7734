import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dateOfDump, dateOfManifest, dumpKey, manifestKey } from './keys.ts'

const prefix = 'db-backups/freescout/'

describe('a dump’s key', () => {
  test('is the prefix, the day and .sql.gz, and says its day', () => {
    expect(dumpKey(prefix, '2026-11-22')).toBe('db-backups/freescout/2026-11-22.sql.gz')
    expect(dateOfDump(prefix, 'db-backups/freescout/2026-11-22.sql.gz')).toBe('2026-11-22')
    expect(dateOfDump('', '2028-02-29.sql.gz')).toBe('2028-02-29')
  })

  test.each([
    '2026-11-22.sql.gz.bak',
    '2026-11-22.sql.gz ',
    '2026-11-22.sql.gz\n',
    '2026-11-22.SQL.GZ',
    '2026-11-22.sql',
    '2026-11-22.manifest.json',
    'x2026-11-22.sql.gz',
    ' 2026-11-22.sql.gz',
    'safety/2026-11-22.sql.gz',
    '/2026-11-22.sql.gz',
    '2026-02-30.sql.gz',
    '2027-02-29.sql.gz',
    '2026-13-01.sql.gz',
    '2026-00-10.sql.gz',
    '2026-1-1.sql.gz',
    '20261122.sql.gz',
    '２０２６-11-22.sql.gz',
    '+02026-11-22.sql.gz',
    '',
  ])('is not %j', (name) => {
    expect(dateOfDump(prefix, prefix + name)).toBeUndefined()
  })

  test('is not under another prefix', () => {
    for (const key of [
      '2026-11-22.sql.gz',
      'db-backups/other/2026-11-22.sql.gz',
      'DB-backups/freescout/2026-11-22.sql.gz',
    ]) {
      expect(dateOfDump(prefix, key)).toBeUndefined()
    }
    // A prefix is text, not a pattern.
    expect(dateOfDump('db.backups/', 'db-backups/2026-11-22.sql.gz')).toBeUndefined()
  })
})

test('a manifest’s key is not a dump’s', () => {
  expect(manifestKey(prefix, '2026-11-22')).toBe('db-backups/freescout/2026-11-22.manifest.json')
  expect(dateOfManifest(prefix, manifestKey(prefix, '2026-11-22'))).toBe('2026-11-22')
  expect(dateOfManifest(prefix, dumpKey(prefix, '2026-11-22'))).toBeUndefined()
})

test('every day’s key is read back as that day, under any prefix', () => {
  const day = fc.date({ min: new Date('1970-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  fc.assert(
    fc.property(fc.string(), day, (anyPrefix, at) => {
      const date = at.toISOString().slice(0, 10)
      expect(dateOfDump(anyPrefix, dumpKey(anyPrefix, date))).toBe(date)
      expect(dateOfManifest(anyPrefix, manifestKey(anyPrefix, date))).toBe(date)
    }),
  )
})

test.each(['2026-02-30', '22-11-2026', 'latest', '', '2026-11-22\n'])('no key is made for %j', (date) => {
  const invalid = expect.objectContaining({
    code: 'INVALID_DATE',
    hint: expect.stringContaining('YYYY-MM-DD'),
  })
  expect(() => dumpKey(prefix, date)).toThrow(invalid)
  expect(() => manifestKey(prefix, date)).toThrow(invalid)
})
