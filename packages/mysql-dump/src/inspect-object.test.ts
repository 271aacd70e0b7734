import { gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { dumpOf, type FixtureTable, layout, tables } from '../test/inspect-fixture.ts'
import type { DumpFacts } from './facts.ts'
import { inspectObject } from './inspect-object.ts'

/** The facts, or the error's code. */
async function outcome(gzip: Uint8Array): Promise<DumpFacts | string> {
  const inspector = inspectObject()
  try {
    await inspector.write(gzip)
    return await inspector.end()
  } catch (error) {
    return String(Reflect.get(error as Error, 'code'))
  }
}

const made: FixtureTable[] = [{ name: 'users', rows: [Buffer.from("(1,'a')"), Buffer.from("(2,'b')")] }]

test('a dump whose gzip is cut at any byte is refused', async () => {
  const gzip = gzipSync(dumpOf(made))
  for (let length = 0; length < gzip.length; length++) {
    expect(await outcome(gzip.subarray(0, length))).toMatch(/^(?:EMPTY|GZIP_TRUNCATED)$/)
  }
})

test('any random dump, cut anywhere before or after compression, is refused', async () => {
  await fc.assert(
    fc.asyncProperty(
      tables,
      layout,
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      async (random, form, where) => {
        const sql = dumpOf(random, form)
        const gzip = gzipSync(sql)
        expect(await outcome(gzip)).toBeTypeOf('object')
        expect(await outcome(gzip.subarray(0, where * gzip.length))).toBeTypeOf('string')
        expect(await outcome(gzipSync(sql.subarray(0, where * sql.length)))).toBeTypeOf('string')
      },
    ),
    { numRuns: 100 },
  )
})

test('any bit flipped in a dump is refused, or shows in the hash of the object alone', async () => {
  const gzip = gzipSync(dumpOf(made))
  const { object: _object, ...facts } = (await outcome(gzip)) as DumpFacts
  for (let at = 0; at < gzip.length; at++) {
    const seen = await outcome(gzip.with(at, (gzip[at] ?? 0) ^ (1 << (at & 7))))
    if (typeof seen === 'string') continue
    const { object, ...rest } = seen
    expect(rest).toEqual(facts)
    expect(object.sha256).not.toBe(_object.sha256)
  }
})
