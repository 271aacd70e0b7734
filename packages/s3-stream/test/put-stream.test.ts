import type { Fault } from '@raxx/testkit/faults'
import { type S3Server, startS3 } from '@raxx/testkit/s3'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { PassThrough, Readable } from 'node:stream'
import { assert as forAll, asyncProperty, boolean, integer } from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type ObjectStore, putStream, S3Error } from '../src/index.ts'
import { BUCKET, KEY, operations, storeOn } from './client.ts'

const MIB = 1024 * 1024
const LARGE = randomBytes(20 * MIB)
const SMALL = LARGE.subarray(0, 100_000)

function streamOf(bytes: Buffer, piece = 64 * 1024): Readable {
  return Readable.from(
    (function* () {
      for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece)
    })(),
    { objectMode: false },
  )
}

const sizes = [
  ['in parts', LARGE],
  ['in one request', SMALL],
] as const

describe('putStream', () => {
  let server: S3Server
  let store: ObjectStore
  const warnings: S3Error[] = []
  const onWarning = (warning: S3Error): void => void warnings.push(warning)

  beforeAll(async () => {
    server = await startS3()
    store = storeOn(server)
  })
  afterAll(async () => {
    store.client.destroy()
    await server.stop()
  })
  beforeEach(() => server.addBucket(BUCKET))
  afterEach(() => {
    server.faults.clear()
    server.empty(BUCKET)
    server.checksums = true
    server.encrypts = true
    server.calls.length = 0
    warnings.length = 0
  })

  async function refusedWithNothingLeft(put: Promise<unknown>): Promise<unknown> {
    const error = await put.then(
      () => expect.unreachable('it was stored'),
      (reason: unknown) => reason,
    )
    expect(server.objects(BUCKET)).toEqual([])
    expect(server.uploads(BUCKET)).toEqual([])
    expect(warnings).toEqual([])
    return error
  }

  describe.each(sizes)('%s', (way, bytes) => {
    const completing = way === 'in parts' ? 'CompleteMultipartUpload' : 'PutObject'

    it('stores the bytes, encrypted, with a checksum of the whole object, and says what it stored', async () => {
      const progress: number[] = []
      const stored = await putStream(store, KEY, streamOf(bytes), {
        kmsKey: 'aws/s3',
        contentType: 'application/gzip',
        metadata: { site: 'freescout' },
        onProgress: (sent) => progress.push(sent),
      })
      const [object] = server.objects(BUCKET)
      expect(object?.body().equals(bytes)).toBe(true)
      expect(object).toMatchObject({
        key: KEY,
        sse: 'aws:kms',
        contentType: 'application/gzip',
        storageClass: 'STANDARD',
        metadata: { site: 'freescout' },
        checksum: { algorithm: 'CRC32', type: 'FULL_OBJECT', value: stored.crc32 },
      })
      expect(stored).toEqual({
        key: KEY,
        bytes: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        crc32: object?.checksum.value,
        etag: object?.etag,
        versionId: undefined,
        serverSide: { algorithm: 'aws:kms', kmsKeyId: object?.kmsKeyId },
      })
      expect(progress.at(-1)).toBe(bytes.length)
      expect(server.uploads(BUCKET)).toEqual([])
      expect(operations(server).slice(-2)).toEqual([completing, 'HeadObject'])
    })

    it('passes a key of its own on to KMS, and leaves the default of the bucket alone without one', async () => {
      await putStream(store, KEY, streamOf(bytes), { kmsKey: 'alias/backups' })
      expect(server.objects(BUCKET)[0]?.kmsKeyId).toMatch(/alias\/backups$/)
      await putStream(store, KEY, streamOf(bytes))
      expect(server.objects(BUCKET)[0]?.sse).toBe('AES256')
    })

    it('runs beforeComplete when all is sent, and just before the call that makes it visible', async () => {
      let before: string[] = []
      await putStream(store, KEY, streamOf(bytes), {
        beforeComplete: async () => {
          await new Promise(setImmediate)
          before = operations(server)
          expect(server.objects(BUCKET)).toEqual([])
        },
      })
      expect(before.filter((name) => name === 'UploadPart').length).toBe(way === 'in parts' ? 3 : 0)
      expect(operations(server).slice(before.length)).toEqual([completing, 'HeadObject'])
    })

    it('stores nothing when beforeComplete rejects, and rejects with the same error', async () => {
      const reason = new Error('the old manifest could not be removed')
      const put = putStream(store, KEY, streamOf(bytes), {
        onWarning,
        beforeComplete: () => Promise.reject(reason),
      })
      expect(await refusedWithNothingLeft(put)).toBe(reason)
      expect(operations(server)).not.toContain(completing)
    })

    it('stores nothing of a source that fails at its very end, and rejects with its own error', async () => {
      const reason = new Error('mariadb-dump exited 2')
      const source = new PassThrough()
      const put = putStream(store, KEY, source, { onWarning })
      for (let at = 0; at < bytes.length; at += MIB) {
        if (!source.write(bytes.subarray(at, at + MIB))) await once(source, 'drain')
      }
      source.destroy(reason)
      expect(await refusedWithNothingLeft(put)).toBe(reason)
    })

    it('stores nothing of a source that is closed without its end', async () => {
      const source = new PassThrough()
      const put = putStream(store, KEY, source, { onWarning })
      for (let at = 0; at < bytes.length; at += MIB) {
        if (!source.write(bytes.subarray(at, at + MIB))) await once(source, 'drain')
      }
      source.destroy()
      expect(await refusedWithNothingLeft(put)).toMatchObject({ code: 'SOURCE_CLOSED' })
    })

    it('is interrupted although the source has stalled, and destroys the source', async () => {
      const stop = new AbortController()
      const source = new PassThrough()
      const put = putStream(store, KEY, source, { onWarning, signal: stop.signal })
      for (let at = 0; at < bytes.length; at += MIB) {
        if (!source.write(bytes.subarray(at, at + MIB))) await once(source, 'drain')
      }
      stop.abort(new Error('SIGTERM'))
      expect(await refusedWithNothingLeft(put)).toMatchObject({
        code: 'ABORTED',
        cause: stop.signal.reason as Error,
      })
      expect(source.destroyed).toBe(true)
    })

    it.each([
      ['a 500 after it was applied', { error: { status: 500, code: 'InternalError' }, applied: true }],
      ['a connection cut after it was applied', { cut: true, applied: true }],
      [
        'a success that says InternalError, after it was applied',
        { error: { status: 200, code: 'InternalError' }, applied: true },
      ],
    ] as const)('recognises the success behind %s', async (_, answer) => {
      if (way === 'in one request' && 'error' in answer && answer.error.status === 200) return
      server.faults.add({ on: completing, answer })
      const stored = await putStream(store, KEY, streamOf(bytes), { onWarning })
      expect(stored.bytes).toBe(bytes.length)
      expect(server.objects(BUCKET)[0]?.body().equals(bytes)).toBe(true)
      expect(server.uploads(BUCKET)).toEqual([])
    })

    it('recognises it too when the second try of the SDK is told that there is no such upload', async () => {
      server.faults.add({ on: completing, times: 1, answer: { cut: true, applied: true } })
      const patient = storeOn(server, 3)
      await putStream(patient, KEY, streamOf(bytes), { onWarning })
      expect(server.objects(BUCKET)[0]?.body().equals(bytes)).toBe(true)
      patient.client.destroy()
    })

    it('does not take the object of another run for its own', async () => {
      await putStream(store, KEY, streamOf(bytes))
      const old = server.objects(BUCKET)[0]
      server.faults.add({ on: completing, answer: { error: { status: 500, code: 'InternalError' } } })
      await expect(putStream(store, KEY, streamOf(bytes), { onWarning })).rejects.toMatchObject({
        code: 'UPLOAD_FAILED',
      })
      expect(server.objects(BUCKET)).toMatchObject([{ metadata: old?.metadata }])
      expect(server.uploads(BUCKET)).toEqual([])
    })

    it('lets a completing call that is on its way end, when it is interrupted then', async () => {
      const stop = new AbortController()
      server.faults.add({
        on: completing,
        where: () => {
          stop.abort(new Error('SIGINT'))
          return true
        },
        answer: { delayMs: 200 },
      })
      const stored = await putStream(store, KEY, streamOf(bytes), { signal: stop.signal, onWarning })
      expect(stored.bytes).toBe(bytes.length)
    })

    it('gives up within three seconds when it is interrupted and nothing answers any more', async () => {
      const stop = new AbortController()
      let at = 0
      server.faults.add({
        on: completing,
        where: () => {
          stop.abort(new Error('SIGINT'))
          at = performance.now()
          return true
        },
        answer: { hang: true },
      })
      const put = putStream(store, KEY, streamOf(bytes), { signal: stop.signal, onWarning })
      expect(await refusedWithNothingLeft(put)).toMatchObject({ code: 'ABORTED' })
      expect(performance.now() - at).toBeLessThan(3000)
    })

    it('reads it back and hashes it where the store tells no checksum', async () => {
      server.checksums = false
      await putStream(store, KEY, streamOf(bytes))
      expect(operations(server)).toContain('GetObject')
    })

    it('keeps nothing in a store that does not encrypt as it was asked to', async () => {
      server.encrypts = false
      const put = putStream(store, KEY, streamOf(bytes), { kmsKey: 'aws/s3', onWarning })
      expect(await refusedWithNothingLeft(put)).toMatchObject({ code: 'NOT_ENCRYPTED' })
    })

    it('says that it is stored but not verified when it may not be read back', async () => {
      server.faults.add({ on: 'HeadObject', answer: { error: { status: 403, code: 'AccessDenied' } } })
      await expect(putStream(store, KEY, streamOf(bytes))).rejects.toMatchObject({
        code: 'NOT_VERIFIED',
        hint: expect.stringContaining('s3:GetObject') as string,
      })
      expect(server.objects(BUCKET)).toHaveLength(1)
    })

    it('removes what S3 keeps otherwise than it was sent', async () => {
      const tamper = (): boolean => {
        server.tamper(BUCKET, KEY, (kept) => kept.fill(0, 5, 9))
        return false
      }
      server.faults.add({ on: 'HeadObject', where: tamper, answer: { delayMs: 0 } })
      const put = putStream(store, KEY, streamOf(bytes), { onWarning })
      expect(await refusedWithNothingLeft(put)).toMatchObject({ code: 'CHECKSUM_MISMATCH' })
    })
  })

  const inParts: readonly [name: string, fault: Fault, expected: object][] = [
    [
      'a part that fails for good',
      { on: 'UploadPart', nth: 2, answer: { error: { status: 500, code: 'InternalError' } } },
      { code: 'UPLOAD_FAILED' },
    ],
    [
      'a part that is denied',
      { on: 'UploadPart', nth: 2, answer: { error: { status: 403, code: 'AccessDenied' } } },
      { code: 'ACCESS_DENIED' },
    ],
    [
      'a part whose connection is cut',
      { on: 'UploadPart', nth: 2, answer: { cut: true } },
      { code: 'UNREACHABLE' },
    ],
    [
      'a part that is stored and then cut',
      { on: 'UploadPart', nth: 3, answer: { cut: true, applied: true } },
      { code: 'UNREACHABLE' },
    ],
    [
      'a start that is denied',
      { on: 'CreateMultipartUpload', answer: { error: { status: 403, code: 'AccessDenied' } } },
      { code: 'ACCESS_DENIED' },
    ],
    [
      'a start whose answer is lost',
      { on: 'CreateMultipartUpload', answer: { cut: true, applied: true } },
      { code: 'UNREACHABLE' },
    ],
    [
      'a completion that fails',
      { on: 'CompleteMultipartUpload', answer: { error: { status: 500, code: 'InternalError' } } },
      { code: 'UPLOAD_FAILED' },
    ],
    [
      'a completion that fails in a success',
      { on: 'CompleteMultipartUpload', answer: { error: { status: 200, code: 'InternalError' } } },
      { code: 'UPLOAD_FAILED' },
    ],
    [
      'a completion that is denied',
      { on: 'CompleteMultipartUpload', answer: { error: { status: 403, code: 'AccessDenied' } } },
      { code: 'ACCESS_DENIED' },
    ],
    [
      'a key that KMS refuses',
      { on: 'UploadPart', answer: { error: { status: 400, code: 'KMS.DisabledException' } } },
      { code: 'KEY_UNUSABLE' },
    ],
  ]
  const inOne: readonly [name: string, fault: Fault, expected: object][] = [
    [
      'a request that fails',
      { on: 'PutObject', answer: { error: { status: 500, code: 'InternalError' } } },
      { code: 'UPLOAD_FAILED' },
    ],
    [
      'a request that is denied',
      { on: 'PutObject', answer: { error: { status: 403, code: 'AccessDenied' } } },
      { code: 'ACCESS_DENIED' },
    ],
    ['a request that is cut', { on: 'PutObject', answer: { cut: true } }, { code: 'UNREACHABLE' }],
    [
      'wrong credentials',
      { on: 'PutObject', answer: { error: { status: 403, code: 'ExpiredToken' } } },
      { code: 'ACCESS_DENIED', hint: expect.stringContaining('credentials') as string },
    ],
  ]
  it.each([
    ...inParts.map((row) => [...row, LARGE] as const),
    ...inOne.map((row) => [...row, SMALL] as const),
  ])('leaves nothing after %s', async (_, fault, expected, bytes) => {
    server.faults.add(fault)
    const source = streamOf(bytes)
    const error = await refusedWithNothingLeft(putStream(store, KEY, source, { onWarning }))
    expect(error).toBeInstanceOf(S3Error)
    expect(error).toMatchObject(expected)
    await expect.poll(() => source.destroyed).toBe(true)
  })

  it('finds the second upload that a retried start has made, and aborts that one alone', async () => {
    server.faults.add({ on: 'CreateMultipartUpload', times: 1, answer: { cut: true, applied: true } })
    const others = [
      server.openUpload(BUCKET, KEY, { initiated: new Date(Date.now() - 3_600_000) }),
      server.openUpload(BUCKET, `${KEY}.other`),
    ]
    const patient = storeOn(server, 3)
    await putStream(patient, KEY, streamOf(LARGE), { onWarning })
    patient.client.destroy()
    expect(server.uploads(BUCKET).map((upload) => upload.uploadId)).toEqual(others)
    expect(warnings).toEqual([])
  })

  it('does not wait for a part that hangs when another part has failed', async () => {
    server.faults.add({ on: 'UploadPart', times: 1, answer: { hang: true } })
    server.faults.add({ on: 'UploadPart', nth: 2, answer: { error: { status: 403, code: 'AccessDenied' } } })
    expect(await refusedWithNothingLeft(putStream(store, KEY, streamOf(LARGE), { onWarning }))).toMatchObject(
      { code: 'ACCESS_DENIED' },
    )
  })

  it.each(['CreateMultipartUpload', 'UploadPart'])(
    'is interrupted within three seconds while %s hangs',
    async (on) => {
      const stop = new AbortController()
      let at = 0
      server.faults.add({
        on,
        where: () => {
          stop.abort()
          at = performance.now()
          return true
        },
        answer: { hang: true, applied: true },
      })
      expect(
        await refusedWithNothingLeft(
          putStream(store, KEY, streamOf(LARGE), { onWarning, signal: stop.signal }),
        ),
      ).toMatchObject({ code: 'ABORTED' })
      expect(performance.now() - at).toBeLessThan(3000)
    },
  )

  it('does not start at all when it is interrupted before', async () => {
    const source = streamOf(SMALL)
    expect(
      await refusedWithNothingLeft(putStream(store, KEY, source, { signal: AbortSignal.abort() })),
    ).toMatchObject({ code: 'ABORTED' })
    expect(source.destroyed).toBe(true)
    expect(server.calls).toEqual([])
  })

  it('refuses an empty stream', async () => {
    expect(
      await refusedWithNothingLeft(putStream(store, KEY, Readable.from([]), { onWarning })),
    ).toMatchObject({ code: 'EMPTY_BODY' })
    expect(server.calls).toEqual([])
  })

  it('refuses a source that has failed already, with its error', async () => {
    const reason = new Error('connection lost')
    const source = new PassThrough()
    source.on('error', () => {}).destroy(reason)
    expect(await refusedWithNothingLeft(putStream(store, KEY, source, { onWarning }))).toBe(reason)
  })

  it('reports the cause, not that cleaning up was denied as well', async () => {
    server.faults.add({ on: 'UploadPart', answer: { error: { status: 500, code: 'InternalError' } } })
    server.faults.add({
      on: 'AbortMultipartUpload',
      answer: { error: { status: 403, code: 'AccessDenied' } },
    })
    await expect(putStream(store, KEY, streamOf(LARGE), { onWarning })).rejects.toMatchObject({
      code: 'UPLOAD_FAILED',
    })
    expect(warnings).toMatchObject([
      { code: 'CLEANUP_FAILED', hint: expect.stringContaining('s3:AbortMultipartUpload') as string },
    ])
  })

  it('aborts again until the upload is gone', async () => {
    server.faults.add({ on: 'UploadPart', answer: { error: { status: 500, code: 'InternalError' } } })
    server.faults.add({
      on: 'AbortMultipartUpload',
      times: 2,
      answer: { error: { status: 500, code: 'InternalError' } },
    })
    const error = await refusedWithNothingLeft(putStream(store, KEY, streamOf(LARGE), { onWarning }))
    expect(error).toMatchObject({ code: 'UPLOAD_FAILED' })
  })

  it('names the bucket that is missing, and what to do', async () => {
    const missing = { ...store, bucket: 'not-there' }
    await expect(putStream(missing, KEY, streamOf(SMALL))).rejects.toMatchObject({
      code: 'BUCKET_MISSING',
      hint: expect.stringContaining('not-there') as string,
    })
    server.faults.add({ on: 'PutObject', answer: { error: { status: 403, code: 'AccessDenied' } } })
    await expect(putStream(store, KEY, streamOf(SMALL))).rejects.toMatchObject({
      hint: expect.stringMatching(
        /s3:PutObject on arn:aws:s3:::backups\/db\/\*.*kms:GenerateDataKey and kms:Decrypt/,
      ) as string,
    })
  })

  it('stores nothing, wherever the source breaks', async () => {
    const bytes = LARGE.subarray(0, 17 * MIB)
    await forAll(
      asyncProperty(
        integer({ min: 0, max: bytes.length }),
        integer({ min: 1000, max: 3 * MIB }),
        boolean(),
        async (cut, piece, silently) => {
          const reason = new Error('cut')
          const source = new PassThrough()
          const put = putStream(store, KEY, source, { onWarning })
          put.catch(() => {})
          for (let at = 0; at < cut; at += piece) {
            if (!source.write(bytes.subarray(at, Math.min(at + piece, cut)))) await once(source, 'drain')
          }
          source.destroy(silently ? undefined : reason)
          const error = await refusedWithNothingLeft(put)
          expect(silently ? (error as S3Error).code : error).toBe(silently ? 'SOURCE_CLOSED' : reason)
        },
      ),
      { numRuns: 12 },
    )
  })
})
