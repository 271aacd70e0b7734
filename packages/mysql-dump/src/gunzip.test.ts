import { execFileSync } from 'node:child_process'
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { gunzip } from './gunzip.ts'

/** What came out, or the error's code. */
async function outcome(...pieces: readonly Uint8Array[]): Promise<string> {
  const output: Buffer[] = []
  const unzip = gunzip((piece) => output.push(piece))
  try {
    for (const piece of pieces) await unzip.write(piece)
    await unzip.end()
  } catch (error) {
    return String(Reflect.get(error as Error, 'code'))
  }
  return Buffer.concat(output).toString()
}

const text = 'Some text that deflates; some text that deflates.\n'
const gzip = gzipSync(text)
const bytewise = (bytes: Buffer): Buffer[] => Array.from(bytes, (byte) => Buffer.of(byte))

test('it gives what gzip holds, however the pieces are cut', async () => {
  expect(await outcome(gzip)).toBe(text)
  expect(await outcome(...bytewise(gzip))).toBe(text)
})

test('several members are one stream, as pigz and bgzip make them', async () => {
  const members = [gzip, gzipSync(''), gzip]
  expect(await outcome(Buffer.concat(members))).toBe(text + text)
  expect(await outcome(...members)).toBe(text + text)
  expect(await outcome(...bytewise(Buffer.concat(members)))).toBe(text + text)
})

test('a header with a name, a comment and extra fields is gzip', async () => {
  const named = execFileSync('gzip', ['-c', '/etc/hostname'])
  expect(named[3]).toBe(8) // the flag of a file name
  expect(await outcome(named)).not.toMatch(/^[A-Z_]+$/)
})

test('gzip cut at any point is refused', async () => {
  const two = Buffer.concat([gzip, gzip])
  for (let length = 1; length < two.length; length++) {
    const expected = length === gzip.length ? text : 'GZIP_TRUNCATED'
    expect(await outcome(two.subarray(0, length))).toBe(expected)
    expect(await outcome(two.subarray(0, length - 1), two.subarray(length - 1, length))).toBe(expected)
  }
})

test('any bit flipped is refused, or changes nothing that was compressed', async () => {
  const seen: string[] = []
  for (let bit = 0; bit < gzip.length * 8; bit++) {
    const flipped = Buffer.from(gzip)
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    seen.push(await outcome(flipped))
  }
  // Time, extra flags and system in the header, the flag that says "text", and what pads the last byte of deflate.
  const refused = seen.filter((one) => one !== text)
  expect(seen.length - refused.length).toBeLessThanOrEqual(48 + 1 + 7)
  const codes = ['NOT_GZIP', 'GZIP_CORRUPT', 'GZIP_TRUNCATED', 'TRAILING_GARBAGE']
  expect(refused.filter((one) => !codes.includes(one))).toEqual([])
})

test('anything after the last member is refused: zero bytes, which zlib ignores, too', async () => {
  for (const more of ['\0', '\0\0\0\0', 'x', '\n', 'Permission denied', '\x1f']) {
    const garbage = Buffer.from(more, 'latin1')
    // One byte, unless zero, might be the first of a header.
    const expected = /^[^\0]$/.test(more) ? 'GZIP_TRUNCATED' : 'TRAILING_GARBAGE'
    expect(await outcome(Buffer.concat([gzip, garbage]))).toBe(expected)
    expect(await outcome(gzip, garbage)).toBe(expected)
    expect(await outcome(gzip, garbage, garbage)).toMatch(/^(?:TRAILING_GARBAGE|GZIP_CORRUPT)$/)
    expect(await outcome(...bytewise(Buffer.concat([gzip, garbage])))).toBe(expected)
  }
  expect(await outcome(gzip, Buffer.from([0]), gzip)).toBe('TRAILING_GARBAGE')
})

test('what is not gzip is refused at its first byte', async () => {
  for (const other of [
    deflateSync(text),
    deflateRawSync(text),
    Buffer.from('-- MySQL dump'),
    Buffer.from('\x1fx'),
  ]) {
    expect(await outcome(other)).toBe('NOT_GZIP')
    expect(await outcome(...bytewise(other))).toBe('NOT_GZIP')
  }
})

test('an error of the reader is the error, and stops the work', async () => {
  const unzip = gunzip(() => {
    throw new RangeError('enough')
  })
  await expect(unzip.write(gzip).then(() => unzip.end())).rejects.toThrow('enough')
})

test('random pieces of random members come out as they went in', async () => {
  const members = fc.array(fc.uint8Array({ maxLength: 200 }), { minLength: 1, maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(members, fc.array(fc.nat(400), { maxLength: 6 }), async (contents, cuts) => {
      const whole = Buffer.concat(contents.map((content) => gzipSync(content)))
      const at = [0, ...cuts.map((cut) => cut % whole.length).toSorted((a, b) => a - b), whole.length]
      const pieces = at.slice(1).map((to, index) => whole.subarray(at[index], to))
      expect(await outcome(...pieces)).toBe(Buffer.concat(contents).toString())
    }),
    { numRuns: 50 },
  )
})
