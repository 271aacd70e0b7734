import { expect, test } from 'vitest'
import { errorDocument, tell, toldLines } from './told.ts'

class Coded extends Error {
  readonly code = 'TOO_SMALL'
  readonly hint = 'Look at the database.'
}

test('an error of ours is told by its code, its message, its hint and its causes', () => {
  const error = new Coded('the dump has 12 bytes', {
    cause: new Error('connection lost', { cause: new Error('ECONNRESET') }),
  })
  expect(toldLines(tell(error))).toEqual([
    'TOO_SMALL the dump has 12 bytes',
    'hint: Look at the database.',
    'cause: connection lost',
    'cause: ECONNRESET',
  ])
  expect(errorDocument(error)).toEqual({
    code: 'TOO_SMALL',
    message: 'the dump has 12 bytes',
    hint: 'Look at the database.',
  })
})

test("an AWS client's error is told by its name, with what to do about missing credentials", () => {
  const error = Object.assign(new Error('Could not load credentials from any providers'), {
    name: 'CredentialsProviderError',
  })
  expect(tell(error)).toMatchObject({
    code: 'CredentialsProviderError',
    hint: expect.stringContaining('AWS credentials'),
  })
})

test('what is thrown and is no error is told all the same', () => {
  expect(tell('boom')).toEqual({ code: 'UNEXPECTED', message: 'boom', causes: [] })
  expect(errorDocument(new Error('x')).hint).toBeNull()
})

test('a chain of causes that never ends is cut', () => {
  const loop = new Error('a')
  loop.cause = loop
  expect(tell(loop).causes.length).toBeLessThanOrEqual(5)
})
