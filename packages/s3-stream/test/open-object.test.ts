import { type S3Server, startS3 } from '@raxx/testkit/s3'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { buffer } from 'node:stream/consumers'
import { array, assert as forAll, asyncProperty, integer } from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { headObject, type ObjectStore, openObject, putBytes, readBytes, removeObject } from '../src/index.ts'
import { BUCKET, KEY, operations, storeOn } from './client.ts'

const BYTES = randomBytes(3_000_000)
const SHA256 = createHash('sha256').update(BYTES).digest('hex')

describe('reading an object', () => {
  let server: S3Server
  let store: ObjectStore

  beforeAll(async () => {
    server = await startS3()
    store = storeOn(server)
  })
  afterAll(async () => {
    store.client.destroy()
    await server.stop()
  })
  beforeEach(() => server.put(BUCKET, KEY, BYTES))
  afterEach(() => {
    server.faults.clear()
    server.empty(BUCKET)
    server.calls.length = 0
    server.checksums = true
  })

  it('gives its bytes', async () => {
    expect(
      (await buffer(openObject(store, KEY, { bytes: BYTES.length, sha256: SHA256 }))).equals(BYTES),
    ).toBe(true)
  })

  it('goes on from where the body was cut, wherever that is', async () => {
    // A cut may also fall behind the last byte, and then meets the next request on the same connection.
    const patient = storeOn(server, 3)
    await forAll(
      asyncProperty(array(integer({ min: 0, max: BYTES.length - 1 }), { maxLength: 4 }), async (cuts) => {
        server.faults.clear()
        for (const [index, afterBytes] of cuts.entries())
          server.faults.add({
            on: 'GetObject',
            nth: index + 1,
            times: 1,
            answer: { cut: true, afterBytes },
          })
        expect((await buffer(openObject(patient, KEY))).equals(BYTES)).toBe(true)
      }),
      { numRuns: 10 },
    )
    patient.client.destroy()
  })

  it('gives up on a body that is cut again and again, and says at which byte', async () => {
    server.faults.add({ on: 'GetObject', times: 8, answer: { cut: true, afterBytes: 500 } })
    server.faults.add({ on: 'GetObject', nth: 9, answer: { cut: true, afterBytes: 0 } })
    await expect(buffer(openObject(store, KEY, { resumes: 3 }))).rejects.toMatchObject({
      code: 'TRUNCATED',
      message: expect.stringContaining('byte 4000 of 3000000') as string,
    })
    expect(operations(server).filter((name) => name === 'GetObject')).toHaveLength(8 + 3)
  })

  it('does not end when the object is replaced between a cut and what follows', async () => {
    server.faults.add({
      on: 'GetObject',
      times: 1,
      where: () => true,
      answer: { cut: true, afterBytes: 1_000_000 },
    })
    server.faults.add({
      on: 'GetObject',
      nth: 2,
      where: () => {
        if (server.calls.filter((call) => call.operation === 'GetObject').length === 2)
          server.put(BUCKET, KEY, randomBytes(BYTES.length))
        return false
      },
      answer: { delayMs: 0 },
    })
    await expect(buffer(openObject(store, KEY))).rejects.toMatchObject({ code: 'TRUNCATED' })
  })

  it('does not end when a single bit differs from the checksum that S3 keeps', async () => {
    server.tamper(BUCKET, KEY, (bytes) => bytes.fill((bytes[1_500_000] ?? 0) ^ 1, 1_500_000, 1_500_001), {
      keepChecksum: true,
    })
    await expect(buffer(openObject(store, KEY))).rejects.toMatchObject({ code: 'CHECKSUM_MISMATCH' })
  })

  it('does not end when the object is another than the one that was asked for', async () => {
    await expect(buffer(openObject(store, KEY, { sha256: '0'.repeat(64) }))).rejects.toMatchObject({
      code: 'CHECKSUM_MISMATCH',
    })
    await expect(buffer(openObject(store, KEY, { bytes: 5 }))).rejects.toMatchObject({ code: 'TRUNCATED' })
    await expect(buffer(openObject(store, 'other'))).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it.each(['CRC64NVME', 'CRC32C', 'SHA256', 'SHA1'] as const)(
    'checks a %s of the whole object too',
    async (ChecksumAlgorithm) => {
      const { PutObjectCommand } = await import('@aws-sdk/client-s3')
      await store.client.send(
        new PutObjectCommand({ Bucket: BUCKET, Key: KEY, Body: BYTES, ChecksumAlgorithm }),
      )
      expect(server.objects(BUCKET)[0]?.checksum.algorithm).toBe(ChecksumAlgorithm)
      expect((await buffer(openObject(store, KEY))).equals(BYTES)).toBe(true)
      server.tamper(BUCKET, KEY, (bytes) => bytes.fill(0, 7, 9), { keepChecksum: true })
      await expect(buffer(openObject(store, KEY))).rejects.toMatchObject({ code: 'CHECKSUM_MISMATCH' })
    },
  )

  it('reads an empty object as one', async () => {
    server.put(BUCKET, KEY, '')
    expect(await buffer(openObject(store, KEY))).toHaveLength(0)
  })

  it('stops asking when it is interrupted or nobody reads it any more', async () => {
    server.faults.add({ on: 'GetObject', answer: { hang: true } })
    const stop = new AbortController()
    const reading = buffer(openObject(store, KEY, { signal: stop.signal }))
    await expect.poll(() => operations(server)).toContain('GetObject')
    stop.abort()
    await expect(reading).rejects.toMatchObject({ code: 'ABORTED' })

    const stream = openObject(store, KEY).on('error', () => {})
    stream.destroy()
    await once(stream, 'close')
  })

  it('reads a small object whole, and refuses a larger one before reading any of it', async () => {
    expect((await readBytes(store, KEY, { maxBytes: BYTES.length })).equals(BYTES)).toBe(true)
    server.calls.length = 0
    await expect(readBytes(store, KEY, { maxBytes: BYTES.length - 1 })).rejects.toMatchObject({
      code: 'TOO_LARGE',
    })
    expect(operations(server)).toEqual(['HeadObject'])
    await expect(readBytes(store, 'other', { maxBytes: 5 })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('tells what an object is without reading it, and that there is none', async () => {
    expect(await headObject(store, KEY)).toMatchObject({
      bytes: BYTES.length,
      checksum: { algorithm: 'CRC32' },
      storageClass: 'STANDARD',
      serverSide: { algorithm: 'AES256' },
    })
    expect(await headObject(store, 'other')).toBeUndefined()
    server.faults.add({ on: 'HeadObject', answer: { error: { status: 403, code: 'AccessDenied' } } })
    await expect(headObject(store, KEY)).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
      hint: expect.stringContaining('s3:ListBucket') as string,
    })
  })

  it('removes an object, and does not mind when it is gone', async () => {
    await removeObject(store, KEY)
    expect(server.objects(BUCKET)).toEqual([])
    await removeObject(store, KEY)
  })
})

describe('putBytes', () => {
  it('stores, verifies, and refuses to overwrite where it is told not to', async () => {
    await using server = await startS3()
    server.addBucket(BUCKET)
    const store = storeOn(server, 3)
    const stored = await putBytes(store, KEY, '{"schema":"x"}', {
      contentType: 'application/json',
      kmsKey: 'aws/s3',
      ifNoneMatch: true,
    })
    expect(stored).toMatchObject({
      bytes: 14,
      sha256: createHash('sha256').update('{"schema":"x"}').digest('hex'),
    })
    expect(server.objects(BUCKET)[0]).toMatchObject({ sse: 'aws:kms', contentType: 'application/json' })
    await expect(putBytes(store, KEY, 'other', { ifNoneMatch: true })).rejects.toMatchObject({
      code: 'EXISTS',
    })
    expect(server.objects(BUCKET)[0]?.body().toString()).toBe('{"schema":"x"}')
    await expect(putBytes(store, KEY, '')).rejects.toMatchObject({ code: 'EMPTY_BODY' })
    store.client.destroy()
  })

  it('knows its own object again when the answer was lost, although a second try finds the key taken', async () => {
    await using server = await startS3()
    server.addBucket(BUCKET)
    const store = storeOn(server, 3)
    server.faults.add({ on: 'PutObject', times: 1, answer: { cut: true, applied: true } })
    expect((await putBytes(store, KEY, 'mine', { ifNoneMatch: true })).bytes).toBe(4)
    store.client.destroy()
  })
})
