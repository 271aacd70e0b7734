import { expect, test } from 'vitest'
import type { DumpFacts } from './facts.ts'
import { makeManifest, type ManifestDetails, parseManifest } from './manifest.ts'

const sha256 = 'a'.repeat(64)
const facts: DumpFacts = {
  object: { bytes: 10, sha256 },
  sql: { bytes: 100, sha256 },
  server: { version: '10.11.19-MariaDB' },
  client: { version: '10.11.19-MariaDB' },
  tables: [{ name: 'users', rows: 2, bytes: 20, sha256 }],
  views: ['v'],
  triggers: [],
  routines: [{ name: 'p', type: 'procedure' }],
  events: [],
  sequences: [],
  longestStatementBytes: 50,
  collations: ['utf8mb4_general_ci'],
  definers: ['root@localhost'],
  binlog: { file: 'bin.000001', position: 4 },
}
const details: ManifestDetails = {
  site: 'freescout',
  database: 'freescout',
  takenAt: new Date('2026-11-22T06:17:00Z'),
  key: 'db-backups/freescout/2026-11-22.sql.gz',
  compressor: 'igzip',
  app: { kind: 'freescout', version: '1.8.100', keyFingerprint: 'abc' },
  tool: { name: '@raxx/backup', version: '1.0.0' },
}
const manifest = makeManifest(facts, details)

test('a manifest has the form of the contract, and comes back from its text', () => {
  expect(manifest).toEqual({
    ...facts,
    schema: 'raxx.manifest/1',
    site: 'freescout',
    database: 'freescout',
    takenAt: '2026-11-22T06:17:00.000Z',
    object: { key: details.key, bytes: 10, sha256 },
    client: { version: '10.11.19-MariaDB', compressor: 'igzip' },
    app: details.app,
    tool: details.tool,
  })
  expect(parseManifest(JSON.stringify(manifest))).toEqual(manifest)
})

test('fields that came later are kept', () => {
  const later = { ...manifest, more: true, object: { ...manifest.object, versionId: 'x' } }
  expect(parseManifest(later)).toEqual(later)
})

test('app and binlog may be absent', () => {
  const { app: _app, binlog: _binlog, ...rest } = manifest
  expect(parseManifest(rest)).toEqual(rest)
})

test.each<[string, unknown]>([
  ['it is not JSON (6 characters)', '{"sche'],
  [': expected an object', 'null'],
  [': expected an object', []],
  ['schema: expected raxx.manifest/1', { ...manifest, schema: 'raxx.manifest/2' }],
  [
    'object.sha256: expected 64 hexadecimal digits',
    { ...manifest, object: { ...manifest.object, sha256: 'x' } },
  ],
  ['object.bytes: expected a whole number', { ...manifest, object: { ...manifest.object, bytes: -1 } }],
  [
    'tables[0].rows: expected a whole number',
    { ...manifest, tables: [{ ...manifest.tables[0], rows: '2' }] },
  ],
  ['takenAt: expected a time', { ...manifest, takenAt: '2026-13-01T00:00:00Z' }],
  ['views: expected a list', { ...manifest, views: undefined }],
  ['routines[0].type: expected procedure', { ...manifest, routines: [{ name: 'p', type: 'x' }] }],
  ['binlog.position: expected', { ...manifest, binlog: { file: 'x' } }],
])('what is no manifest is refused: %s', (message, value) => {
  expect(() => parseManifest(value)).toThrow(
    expect.objectContaining({ code: 'MANIFEST_INVALID', message: expect.stringContaining(message) }),
  )
})

const parseBroken = (): unknown => parseManifest({ schema: 'raxx.manifest/1', site: { secret: 'hunter2' } })

test('many problems are told shortly, and never with values', () => {
  expect(parseBroken).toThrow(/site: expected a text; .* and \d+ more$/)
  expect(parseBroken).not.toThrow(/hunter2/)
})
