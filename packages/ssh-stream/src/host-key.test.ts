import { expect, test } from 'vitest'
import { ALGORITHMS, readPins, without } from './host-key.ts'

const pin = `SHA256:${'a'.repeat(43)}`

test('a fingerprint is taken with space around it and with padding', () => {
  expect(readPins([` ${pin}=\n`], 'host')).toEqual([pin])
})

test.each(['', 'SHA256:short', 'MD5:00:11', 'ssh-ed25519 AAAA', pin.toLowerCase()])(
  '%j is no fingerprint and is refused with what was found',
  (text) => {
    expect(() => readPins([pin, text], 'host')).toThrow(
      expect.objectContaining({
        code: 'HOST_KEYS_INVALID',
        message: expect.stringContaining(JSON.stringify(text)),
      }),
    )
  },
)

test('an RSA key once seen is not asked for under its newer names', () => {
  expect(without(ALGORITHMS, 'ssh-rsa').filter((name) => name.includes('rsa'))).toEqual([])
  expect(without(ALGORITHMS, 'ssh-ed25519')).toEqual(ALGORITHMS.slice(1))
})
