import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { prove } from './prove.ts'

const dump = { key: 'db/2026-11-22.sql.gz', bytes: 1234 }
const manifest = (object: unknown, rest: object = { schema: 'raxx.manifest/1' }): string =>
  JSON.stringify({ ...rest, object })

test('a manifest that names the key and the size proves the dump', () => {
  const text = manifest({ ...dump, sha256: 'ab' })
  expect(prove(dump, text)).toEqual({ proven: true, manifest: JSON.parse(text) })
  expect(prove(dump, manifest(dump, {}))).toMatchObject({ proven: true })
})

test.each([
  ['', 'its manifest is not JSON'],
  ['{"object":', 'its manifest is not JSON'],
  ['null', 'its manifest is not an object'],
  ['[]', 'its manifest is not an object'],
  ['"proven"', 'its manifest is not an object'],
  ['{}', 'its manifest names no object'],
  [manifest(null), 'its manifest names no object'],
  [manifest([dump]), 'its manifest names no object'],
  [
    manifest({ key: 'db/2026-11-21.sql.gz', bytes: 1234 }),
    'its manifest names another key, db/2026-11-21.sql.gz',
  ],
  [manifest({ bytes: 1234 }), 'its manifest names another key, none'],
  [manifest({ key: dump.key, bytes: 1233 }), 'its manifest says 1233 bytes, the object has 1234'],
  [manifest({ key: dump.key, bytes: '1234' }), 'its manifest says 1234 bytes, the object has 1234'],
  [manifest({ key: dump.key }), 'its manifest says none bytes, the object has 1234'],
  [
    manifest(dump, { schema: 'raxx.manifest/2' }),
    'its manifest is of schema raxx.manifest/2, not raxx.manifest/1',
  ],
])('%j proves nothing: %s', (text, why) => {
  expect(prove(dump, text)).toMatchObject({ proven: false, why })
})

test('an empty object is not proven by a manifest that says so', () => {
  const empty = { key: dump.key, bytes: 0 }
  expect(prove(empty, manifest(empty))).toMatchObject({ proven: false, why: 'it is empty' })
})

test('a manifest of a dump proves no object of another key or size', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(), (key, bytes) => {
      fc.pre(key !== dump.key || bytes !== dump.bytes)
      expect(prove({ key, bytes }, manifest(dump)).proven).toBe(false)
    }),
  )
})

test('whatever a manifest holds, it is judged, and what is said of it is short', () => {
  fc.assert(
    fc.property(fc.json(), fc.string(), (value, object) => {
      for (const text of [
        value,
        object,
        `{"object":${value}}`,
        `{"schema":${value}}`,
        manifest({ key: object.repeat(50) }),
      ]) {
        const proof = prove(dump, text)
        expect(proof.proven).toBe(false)
        expect('why' in proof ? proof.why.length : 0).toBeLessThan(200)
      }
    }),
  )
})
