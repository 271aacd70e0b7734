import { expect, test } from 'vitest'
import { ConfigError } from './errors.ts'
import { parseConfig } from './parse-config.ts'
import { parseSecretRef } from './secret-ref.ts'

const KEY = `SHA256:${'a'.repeat(42)}A`
// The example of the contract, with a fingerprint filled in.
const EXAMPLE = `
sites:
  freescout:
    region: us-east-1
    host:
      address: 54.146.13.200
      port: 22
      user: admin
      hostKeys: ["${KEY}"]
      privateKey: ssm:/raxx/freescout/ssh_key
    database:
      name: freescout
      user: freescout
      password: ssm:/raxx/freescout/db_password
      address: 127.0.0.1
      port: 3306
      admin: sudo
    dump:
      bucket: raxx-support-attachments
      prefix: db-backups/freescout/
      kmsKey: aws/s3
      minBytes: 1KiB
      minTables: 1
      maxAge: 26h
      keep: { days: 30, atLeast: 7 }
    snapshot:
      instance: raxx-tickets
      namePrefix: raxx-tickets-backup-
      maxAge: 25h
      keep: { last: 7 }
    restore:
      app: freescout
      appDir: /var/www/html/freescout
      service: apache2
      url: https://tickets.raxx.app/
      staticIp: raxx-tickets-ip
      availabilityZone: us-east-1a
      bundle: micro_3_0
      waitFor: 5m
    drill: { maxAge: 8d }
    notify:
      - slack: { channel: D0AJ7K184TV, token: env:SLACK_BOT_TOKEN }
      - webhook: { url: "https://example.com/hook" }
      - heartbeat: { url: env:HEARTBEAT_URL }
`
const HOURS = 3_600_000

const parse = (text: string): ReturnType<typeof parseConfig> =>
  parseConfig(text, { file: 'raxx-backup.yaml' })

function failure(text: string): ConfigError {
  try {
    parse(text)
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
  throw new Error('it was accepted')
}

function problems(text: string): Record<string, string> {
  return Object.fromEntries(
    failure(text).problems.map(({ path, expected, found }) => [
      path,
      found === undefined ? expected : `${expected} | ${found}`,
    ]),
  )
}

/** A site with these lines, indented as a site's settings are. */
function site(...lines: string[]): string {
  return ['sites:', '  one:', '    region: us-east-1', ...lines.map((line) => `    ${line}`)].join('\n')
}

test('the contract’s example is read, in milliseconds and bytes', () => {
  expect(parse(EXAMPLE).sites['freescout']).toEqual({
    name: 'freescout',
    region: 'us-east-1',
    host: {
      address: '54.146.13.200',
      port: 22,
      user: 'admin',
      hostKeys: [KEY],
      privateKey: parseSecretRef('ssm:/raxx/freescout/ssh_key'),
    },
    database: {
      name: 'freescout',
      user: 'freescout',
      password: parseSecretRef('ssm:/raxx/freescout/db_password'),
      address: '127.0.0.1',
      port: 3306,
      admin: 'sudo',
    },
    dump: {
      bucket: 'raxx-support-attachments',
      prefix: 'db-backups/freescout/',
      kmsKey: 'aws/s3',
      minBytes: 1024,
      minTables: 1,
      maxAgeMs: 26 * HOURS,
      keep: { days: 30, atLeast: 7 },
    },
    snapshot: {
      instance: 'raxx-tickets',
      namePrefix: 'raxx-tickets-backup-',
      maxAgeMs: 25 * HOURS,
      keep: { last: 7 },
    },
    restore: {
      app: 'freescout',
      appDir: '/var/www/html/freescout',
      service: 'apache2',
      url: 'https://tickets.raxx.app/',
      staticIp: 'raxx-tickets-ip',
      availabilityZone: 'us-east-1a',
      bundle: 'micro_3_0',
      waitForMs: 300_000,
    },
    drill: { maxAgeMs: 8 * 24 * HOURS },
    notify: [
      { kind: 'slack', channel: 'D0AJ7K184TV', token: parseSecretRef('env:SLACK_BOT_TOKEN') },
      { kind: 'webhook', url: 'https://example.com/hook' },
      { kind: 'heartbeat', url: parseSecretRef('env:HEARTBEAT_URL') },
    ],
  })
})

test('what may be left out has the documented default', () => {
  const text = site(
    'host: { address: db.example.com, user: admin, privateKey: file:/key }',
    'database: { name: a, user: b, password: env:P }',
    'dump: { bucket: a-bucket, prefix: dumps }',
    'snapshot: { instance: tickets }',
    'restore: { app: none }',
    'drill: {}',
  )
  expect(parse(text).sites['one']).toMatchObject({
    host: { port: 22, hostKeys: [] },
    database: { address: '127.0.0.1', port: 3306 },
    dump: {
      prefix: 'dumps/',
      kmsKey: 'aws/s3',
      minBytes: 1024,
      minTables: 1,
      maxAgeMs: 26 * HOURS,
      keep: { days: 30, atLeast: 7 },
    },
    snapshot: { namePrefix: 'tickets-backup-', maxAgeMs: 25 * HOURS, keep: { last: 7 } },
    restore: { app: 'none', waitForMs: 300_000 },
    drill: { maxAgeMs: 8 * 24 * HOURS },
    notify: [],
  })
  expect(parse(site()).sites['one']).toEqual({ name: 'one', region: 'us-east-1', notify: [] })
})

test('a local host and a socket', () => {
  const text = site(
    'host: { local: true }',
    'database: { name: a, user: b, password: env:P, socket: /run/s.sock, admin: { user: root, password: env:R } }',
  )
  expect(parse(text).sites['one']).toMatchObject({
    host: { local: true },
    database: { socket: '/run/s.sock', admin: { user: 'root' } },
  })
  expect(parse(text).sites['one']?.database).not.toHaveProperty('address')
})

test('every problem is told at once, one a line, with its path, its line, what was expected and what was found', () => {
  const error = failure(
    site(
      'host: { address: db, usr: admin, privateKey: ssm:/k, hostKeys: [MD5:aa] }',
      'database: { name: a, user: b, password: env:P, port: 70000 }',
      'dump:',
      '  bucket: Not_A_Bucket',
      '  prefix: /dumps/',
      '  maxAge: 26',
      '  minBytes: lots',
      '  keep: { days: 0, atLeast: 1.5 }',
      'snapshot: { instance: a b, namePrefix: "ü" }',
      'restore: { app: wordpress, waitFor: 0s, availabilityZone: eu-west-1a }',
    ),
  )
  expect(error.code).toBe('INVALID_CONFIG')
  expect(error.problems.map(({ path, line }) => [path, line])).toEqual([
    ['sites.one.host.user', 4],
    ['sites.one.host.hostKeys.0', 4],
    ['sites.one.host.usr', 4],
    ['sites.one.database.port', 5],
    ['sites.one.dump.bucket', 7],
    ['sites.one.dump.prefix', 8],
    ['sites.one.dump.maxAge', 9],
    ['sites.one.dump.minBytes', 10],
    ['sites.one.dump.keep.days', 11],
    ['sites.one.dump.keep.atLeast', 11],
    ['sites.one.snapshot.instance', 12],
    ['sites.one.snapshot.namePrefix', 12],
    ['sites.one.restore.availabilityZone', 13],
    ['sites.one.restore.app', 13],
    ['sites.one.restore.waitFor', 13],
  ])
  expect(error.message.split('\n')).toHaveLength(16)
  expect(error.message).toContain('raxx-backup.yaml has 15 problems:')
  expect(error.message).toContain(
    '  sites.one.database.port, line 5: expected a port from 1 to 65535; found 70000',
  )
})

test('an unknown key is told with the one that was meant, and without its value', () => {
  expect(
    problems(
      site(
        'database: { name: a, user: b, password: env:P, pasword: hunter2 }',
        'dumps: { x: 1 }',
        'zebra: 1',
      ),
    ),
  ).toEqual({
    'sites.one.database.pasword': 'a known key: did you mean `password`?',
    'sites.one.dumps': 'a known key: did you mean `dump`?',
    'sites.one.zebra': 'a known key: region, host, database, dump, snapshot, restore, drill, notify',
  })
  expect(problems(site('host: { address: a, user: b, private_key: env:K, privateKey: env:K }'))).toEqual({
    'sites.one.host.private_key': 'a known key: did you mean `privateKey`?',
  })
})

test('rules between fields', () => {
  expect(problems(site('dump: { bucket: abc, prefix: p/ }'))).toEqual({
    'sites.one.host': 'a mapping, since the site has a `dump`',
    'sites.one.database': 'a mapping, since the site has a `dump`',
  })
  expect(problems(site('host: { local: true, address: a }'))).toHaveProperty(
    ['sites.one.host.local'],
    'either `local: true` alone, or an address with the rest',
  )
  expect(problems(site('database: { name: a, user: b, password: env:P, socket: /s, port: 1 }'))).toEqual({
    'sites.one.database.socket': 'either a socket, or address and port',
  })
  expect(problems(site('snapshot: { instance: web, namePrefix: web-manual- }'))).toHaveProperty([
    'sites.one.snapshot.namePrefix',
  ])
  expect(
    problems(
      site('notify: [{}, { slack: { channel: D0AJ7K184TV, token: env:T }, webhook: { url: env:U } }]'),
    ),
  ).toEqual({
    'sites.one.notify.0': 'exactly one of slack, webhook and heartbeat in each entry',
    'sites.one.notify.1': 'exactly one of slack, webhook and heartbeat in each entry',
  })
})

test('two sites may not share a place that both would prune', () => {
  const text = `
sites:
  one: &one
    region: us-east-1
    host: { local: true }
    database: { name: a, user: b, password: env:P }
    dump: { bucket: abc, prefix: p }
    snapshot: { instance: web }
  two: { <<: *one, dump: { bucket: abc, prefix: p/ } }
`
  expect(problems(text)).toEqual({
    'sites.two.dump.prefix': 'a place of its own: site "one" has this one',
    'sites.two.snapshot.namePrefix': 'a place of its own: site "one" has this one',
  })
})

test.each([
  ['an empty file', '', 'the file: expected a mapping with `sites`; found nothing'],
  ['a list', '- a', 'line 1: expected a mapping with `sites`; found a list'],
  ['text', 'sites', 'line 1: expected a mapping with `sites`; found text'],
  ['no sites', 'sites: {}', 'sites, line 1: expected at least one site; found none'],
  ['a site of no content', 'sites:\n  a:', 'sites.a, line 2: expected a mapping of settings; found nothing'],
  [
    'a strange name',
    'sites:\n  "a\\u001b[2J": {region: us-east-1}',
    'sites."a\\u001b[2J", line 2: expected a site name of letters, digits, - and _',
  ],
  [
    'a key twice',
    'sites:\n  a: {region: us-east-1}\n  a: {region: us-east-1}',
    'line 3: expected legal YAML; found a key that the same mapping already has',
  ],
  ['a tab', 'sites:\n\ta: 1', 'line 2: expected legal YAML; found a tab as indentation; use spaces'],
  [
    'an open quote',
    'sites: "abc\n',
    'line 2: expected legal YAML; found something is not closed: a quote, a bracket, or a missing colon or space',
  ],
  [
    'two documents',
    'sites: {}\n---\nsites: {}',
    'line 2: expected legal YAML; found a second document starts here; the file may hold one',
  ],
  [
    'an unknown tag',
    'sites: !secret abc',
    'line 1: expected legal YAML; found a value starts with `!`, which YAML takes for a tag; put it in quotes',
  ],
])('%s is one clear error', (_, text, line) => {
  expect(failure(text).message).toBe(`raxx-backup.yaml has a problem:\n  ${line}`)
})

test('aliases that multiply, or that hold themselves, do not hang it', () => {
  const bomb = [
    'a0: &a0 [x, x]',
    ...Array.from({ length: 30 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}]`),
  ].join('\n')
  expect(failure(bomb).message).toContain('aliases that multiply without end')
  expect(failure('sites: &s\n  a: *s').message).toContain('sites.a.region')
})

test('prototype names are names like any other', () => {
  expect(Object.keys(parse('sites:\n  constructor: {region: us-east-1}').sites)).toEqual(['constructor'])
  expect(failure('sites:\n  __proto__: {region: us-east-1}').message).toContain('expected another name')
})

test.each([
  ['region', ['eu-central-1', 'us-gov-west-1', 'ap-southeast-2'], ['us-east', 'US-EAST-1', 'us-east-1a', '']],
])('%s', (key, good, bad) => {
  for (const value of good)
    expect(parse(`sites: {a: {${key}: ${value}}}`).sites['a']).toMatchObject({ [key]: value })
  for (const value of bad)
    expect(problems(`sites: {a: {${key}: "${value}"}}`)).toHaveProperty([`sites.a.${key}`])
})

const whole = (dump: string): string =>
  site('host: { local: true }', 'database: { name: a, user: b, password: env:P }', `dump: { ${dump} }`)

test.each(['abc', 'my.bucket-1', '0a0'])('bucket %s', (bucket) => {
  expect(parse(whole(`bucket: "${bucket}", prefix: p/`)).sites['one']?.dump?.bucket).toBe(bucket)
})

test.each(['ab', 'Abc', 'a_b', '-abc', 'a..b', '192.168.1.1', 'xn--abc', 'abc-s3alias', 'a'.repeat(64)])(
  'no bucket %s',
  (bucket) => {
    expect(problems(whole(`bucket: "${bucket}", prefix: p/`))).toHaveProperty(['sites.one.dump.bucket'])
  },
)

test.each(['/a', 'a//b', '../a', 'a/../b', 'a b', '', 'ü'])('no prefix %j', (prefix) => {
  expect(problems(whole(`bucket: abc, prefix: "${prefix}"`))).toHaveProperty(['sites.one.dump.prefix'])
})

test.each([
  'aws/s3',
  'alias/backups',
  '1234abcd-12ab-34cd-56ef-1234567890ab',
  'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
])('KMS key %s', (key) => {
  expect(parse(whole(`bucket: abc, prefix: p/, kmsKey: "${key}"`)).sites['one']?.dump?.kmsKey).toBe(key)
})
