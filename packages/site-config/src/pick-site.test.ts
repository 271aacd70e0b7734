import { expect, test } from 'vitest'
import { parseConfig } from './parse-config.ts'
import { pickSite, requireHostKeys } from './pick-site.ts'
import type { RemoteHost } from './site.ts'

const one = parseConfig('sites: {a: {region: us-east-1}}', { file: 'x' })
const two = parseConfig('sites: {a: {region: us-east-1}, b: {region: eu-west-1}}', { file: 'x' })

test('the only site needs no name; one of several does', () => {
  expect(pickSite(one).name).toBe('a')
  expect(pickSite(two, 'b').region).toBe('eu-west-1')
  expect(() => pickSite(two)).toThrow(
    expect.objectContaining({ code: 'SITE_REQUIRED', message: expect.stringContaining('a, b') }),
  )
})

test('an unknown site is told with those that there are, and toString is no site', () => {
  for (const name of ['c', 'toString', '']) {
    expect(() => pickSite(two, name)).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_SITE', message: expect.stringContaining('a, b') }),
    )
  }
})

test('a host without pinned keys is refused, with the way to get them', () => {
  const config = parseConfig(
    'sites: {a: {region: us-east-1, host: {address: h, user: u, privateKey: env:K}}}',
    { file: 'x' },
  )
  const site = pickSite(config)
  expect(() => requireHostKeys(site, site.host as RemoteHost)).toThrow(
    expect.objectContaining({
      code: 'HOST_KEYS_MISSING',
      hint: expect.stringContaining('raxx-backup trust --site a'),
    }),
  )
})
