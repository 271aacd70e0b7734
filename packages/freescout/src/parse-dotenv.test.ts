import { freescoutEnv } from '@raxx/testkit/freescout-env'
import { assert, constantFrom, property, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseDotenv } from './parse-dotenv.ts'

const one = (line: string): string | undefined => parseDotenv(line)['X']

describe('parseDotenv', () => {
  test.each([
    ['X=plain', 'plain'],
    ['X=', ''],
    ['X=0', '0'],
    ['  export X = plain  ', 'plain'],
    ["'X'=plain", 'plain'],
    ['X=a=b=c', 'a=b=c'],
    ['X=plain # a comment', 'plain'],
    ['X=pl#ain', 'pl#ain'],
    ['X= # only a comment', ''],
    ['X=plain\r', 'plain'],
    [String.raw`X="S3cr#t pa$$=w\"x"`, 'S3cr#t pa$$=w"x'],
    [String.raw`X="a\\b\"c"`, String.raw`a\b"c`],
    [String.raw`X='it\'s "this" # one'`, `it's "this" # one`],
    ['X="quoted" # a comment', 'quoted'],
    ['X=""', ''],
    ["X=''", ''],
    ['X="  trimmed  "', 'trimmed'],
    ['X="unclosed', 'unclosed'],
    // The last quote counts, and not the first: FreeScout's own change.
    ['X="one"two"', 'one"two'],
    // FreeScout takes a quote after a backslash for an escaped one, so a value cannot end with a backslash.
    [String.raw`X="ends\\"`, String.raw`ends\"`],
    ['X=$notnested', '$notnested'],
    ['X="${NOBODY}"', '${NOBODY}'],
  ])('reads %j as FreeScout does', (line, value) => {
    expect(one(line)).toBe(value)
  })

  test('puts in what was defined above, in any quotes, and lets the first of two count', () => {
    expect(
      parseDotenv('A=one\nB="${A}-two"\nC=\'${B}\'\nA=three\n#A=four\nno setter\n\nD=${LATER}\nLATER=x'),
    ).toEqual({
      A: 'one',
      B: 'one-two',
      C: 'one-two',
      D: '${LATER}',
      LATER: 'x',
    })
  })

  test('refuses what FreeScout would not start with, telling the line and not the value', () => {
    expect(() => parseDotenv('A=1\nDB_PASSWORD=my secret words')).toThrow(
      expect.objectContaining({
        code: 'ENV_INVALID',
        message: expect.not.stringContaining('secret'),
        hint: expect.stringContaining('line 2'),
      }),
    )
  })

  test('gives back any password that can be written between quotes', () => {
    const characters = constantFrom(...Array.from('ab 0"\'\\$#={};&%é😀\t'))
    const passwords = string({ unit: characters }).filter(
      (p) => p.trim() === p && !p.endsWith('\\') && !p.includes('${'),
    )
    assert(
      property(passwords, (dbPassword) => {
        expect(parseDotenv(freescoutEnv({ dbPassword, appKey: 'k' }))['DB_PASSWORD']).toBe(dbPassword)
      }),
    )
  })
})
