import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { Readable, Writable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { createGzip, gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cutAt, dumpOf, factsOf, fractions, tables } from '../test/inspect-fixture.ts'
import type { DumpFacts } from './facts.ts'
import { inspect, type InspectOptions } from './inspect.ts'

const table = { name: 'users', rows: [Buffer.from("(1,'a')"), Buffer.from("(2,'b')")] }
const dump = gzipSync(dumpOf([table]))
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
const ignore = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() })

/** What passed and was seen; or the error's code, which `facts` must reject with too. */
async function outcome(
  source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  options: InspectOptions = {},
): Promise<{ passed: Buffer; facts: DumpFacts } | string> {
  const stream = inspect(options)
  try {
    const passed = await pipeline(Readable.from(source), stream, (pieces) => buffer(pieces))
    return { passed, facts: await stream.facts }
  } catch (error) {
    const same = await stream.facts.catch((reason: unknown) => reason)
    if (same !== error) throw new Error('facts tell another story', { cause: error })
    return String(Reflect.get(error as Error, 'code'))
  }
}

test('a whole dump passes unchanged, and its facts are told', async () => {
  const sql = dumpOf([table])
  expect(await outcome([dump])).toEqual({
    passed: dump,
    facts: {
      object: { bytes: dump.length, sha256: sha256(dump) },
      sql: { bytes: sql.length, sha256: sha256(sql) },
      server: { version: '10.11.19-MariaDB-0+deb12u1' },
      client: { version: '10.11.19-MariaDB' },
      tables: [factsOf(table)],
      views: [],
      triggers: [],
      routines: [],
      events: [],
      sequences: [],
      longestStatementBytes: expect.any(Number),
      collations: [],
      definers: [],
    },
  })
})

test('random dumps in random pieces pass unchanged with the same facts', { timeout: 20_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(tables, fractions, async (made, cuts) => {
      const bytes = gzipSync(dumpOf(made))
      expect(await outcome(cutAt(bytes, cuts))).toMatchObject({
        passed: bytes,
        facts: { tables: made.map(factsOf) },
      })
    }),
    { numRuns: 10 },
  )
})

test.each<[string, Uint8Array[], InspectOptions]>([
  ['EMPTY', [], {}],
  ['EMPTY', [gzipSync('')], { minBytes: 1024 }],
  ['NOT_GZIP', [Buffer.from('Permission denied')], {}],
  ['GZIP_TRUNCATED', [dump.subarray(0, -1)], {}],
  ['GZIP_CORRUPT', [dump.with(dump.length - 6, (dump.at(-6) ?? 0) ^ 1)], {}],
  ['TRAILING_GARBAGE', [dump, Buffer.alloc(512)], {}],
  ['NOT_A_DUMP', [gzipSync('hello')], {}],
  ['SQL_TRUNCATED', [gzipSync(dumpOf([table]).subarray(0, -1))], {}],
  ['TRAILING_SQL', [dump, dump], {}],
  ['TOO_SMALL', [dump], { minBytes: dump.length + 1 }],
  ['TOO_FEW_TABLES', [dump], { minTables: 2 }],
])('%s destroys the stream before it ends', async (code, source, options) => {
  expect(await outcome(source, options)).toBe(code)
})

test('what is just at the floors passes', async () => {
  expect(await outcome([dump], { minBytes: dump.length, minTables: 1 })).toMatchObject({ passed: dump })
})

test("too small is told in the operator's words, with what to look at", async () => {
  const stream = inspect({ minBytes: 1024 })
  await expect(pipeline(Readable.from([dump]), stream, ignore())).rejects.toMatchObject({
    message: `S3 object too small: the dump has ${dump.length} bytes, fewer than the 1024 expected`,
    hint: expect.stringContaining('SELECT COUNT(*)'),
  })
})

test('a broken dump is refused at once, not at its end', async () => {
  const stream = inspect()
  const failed = once(stream, 'error')
  stream.resume().write(gzipSync('no dump;'))
  await failed
  expect(stream.destroyed).toBe(true)
})

test('bytes in flight are bounded, also of one large piece: the writer waits', async () => {
  const stream = inspect()
  stream.on('error', () => {})
  const large = Buffer.alloc(64 * 1024 * 1024, 'x')
  let done = false
  const before = process.memoryUsage.rss()
  stream.write(large, () => (done = true))
  expect(process.memoryUsage.rss() - before).toBeLessThan(16 * 1024 * 1024)
  expect(done).toBe(false)
  stream.destroy()
  await once(stream, 'close')
})

test('an abort ends the stream and its thread, with the reason as the cause', async () => {
  const abort = new AbortController()
  const stream = inspect({ signal: abort.signal })
  const running = pipeline(endless(), stream, ignore())
  abort.abort(new Error('enough'))
  await expect(running).rejects.toMatchObject({ name: 'AbortError' })
  await expect(stream.facts).rejects.toMatchObject({ name: 'AbortError', cause: { message: 'enough' } })
})

test('a stream that is given up rejects its facts', async () => {
  const stream = inspect()
  stream.write(dump)
  stream.destroy()
  await once(stream, 'close')
  await expect(stream.facts).rejects.toMatchObject({ code: 'ABANDONED' })
})

test.each(['end', 'destroy', 'abandon', 'fail'])(
  'no process is kept alive, and no rejection unhandled, after: %s',
  async (ending) => {
    const script = `
      import { inspect } from ${JSON.stringify(new URL('./inspect.ts', import.meta.url).href)}
      const stream = inspect().resume()
      stream.on('error', () => {})
      const dump = Buffer.from('${dump.toString('base64')}', 'base64')
      if ('${ending}' === 'fail') stream.end('x')
      else if ('${ending}' === 'end') stream.end(dump)
      else stream.write(dump, () => '${ending}' === 'destroy' && stream.destroy())
      process.on('exit', () => console.log(stream.readableEnded, stream.destroyed))`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { timeout: 20_000 })
    const [output, , [code]] = await Promise.all([
      buffer(child.stdout),
      buffer(child.stderr).then((text) => expect(text.toString()).toBe('')),
      once(child, 'close') as Promise<[number]>,
    ])
    expect(code).toBe(0)
    const expected = { end: 'true true', destroy: 'false true', abandon: 'false false', fail: 'false true' }
    expect(output.toString().trim()).toBe(expected[ending as keyof typeof expected])
  },
)

describe('memory does not grow with', () => {
  const MB = 1024 * 1024
  const rows = Buffer.from(",(12345,NULL,'a few words of a row that is not long')".repeat(20_000))
  const xs = Buffer.alloc(MB, 'x')
  const begin = dumpOf([]).subarray(0, -43)
  const trailer = dumpOf([]).subarray(-43)

  function* of(start: string, megabyte: Buffer, count: number, end: string): Generator<Uint8Array> {
    yield begin
    yield Buffer.from(start)
    for (let index = 0; index < count; index++) yield megabyte
    yield Buffer.from(end)
    yield trailer
  }

  const noTables = { tables: [] }
  test.each<[string, string, Buffer, string, object]>([
    ['a string in a row', "INSERT INTO t VALUES ('", xs, "');\n", { tables: [{ rows: 1 }] }],
    ['a statement', "SELECT '", xs, "';\n", { longestStatementBytes: 200 * MB + 9 }],
    ['a statement of rows', 'INSERT INTO t VALUES (0)', rows, ';\n', { tables: [{ rows: 4_000_001 }] }],
    ['a comment line', '-- ', xs, '\n', noTables],
    ['a comment', '/* ', Buffer.alloc(MB, '*'), '/', noTables],
    ['an identifier', 'DROP TABLE `', xs, '`;\n', noTables],
    ['a gap', '', Buffer.alloc(MB, '\n'), '', noTables],
    ['a bomb of zeros', '', Buffer.alloc(MB), 'x', { code: 'SQL_TRUNCATED' }],
  ])(
    '%s',
    async (_name, start, megabyte, end, expected) => {
      const { grown, seen } = await growth(squeezed(of(start, megabyte, 200, end)))
      expect(seen).toMatchObject(expected)
      expect(grown).toBeLessThan(120 * MB)
    },
    30_000,
  )
})

async function* endless(): AsyncGenerator<Uint8Array> {
  const gzip = createGzip({ level: 1 })
  Readable.from(
    (function* () {
      yield dumpOf([]).subarray(0, -43)
      for (;;) yield randomBytes(65_536)
    })(),
  ).pipe(gzip)
  yield* gzip
}

/** The growth of this process, worker thread included, while the source passes. */
async function growth(source: AsyncIterable<Uint8Array>): Promise<{ grown: number; seen: object }> {
  const before = process.memoryUsage.rss()
  let peak = before
  const sampler = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 10)
  try {
    const seen = await outcome(source)
    return { grown: peak - before, seen: typeof seen === 'string' ? { code: seen } : seen.facts }
  } finally {
    clearInterval(sampler)
  }
}

async function* squeezed(parts: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* Readable.from(parts).pipe(createGzip({ level: 1 }))
}
