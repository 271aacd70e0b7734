import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type S3Server, startS3 } from '../src/s3.ts'

const MIB = 1024 * 1024
const Bucket = 'backups'
const Key = 'k'

describe('the S3 server, asked by the real SDK', () => {
  let server: S3Server
  let client: S3Client
  const clientAs = (
    accessKeyId: string,
    secretAccessKey: string,
    region = 'us-east-1',
    endpoint = server.url,
  ): S3Client =>
    new S3Client({
      endpoint,
      region,
      forcePathStyle: true,
      credentials: { accessKeyId, secretAccessKey },
      maxAttempts: 1,
    })

  beforeEach(async () => {
    server = await startS3()
    server.addBucket(Bucket)
    client = clientAs('test', 'test')
  })
  afterEach(async () => {
    client.destroy()
    await server.stop()
  })

  async function started(sizes: readonly number[], checksum: object = {}) {
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key, ...checksum }))
    const Parts = []
    for (const [index, size] of sizes.entries()) {
      const PartNumber = index + 1
      const Body = Buffer.alloc(size, PartNumber)
      const { ETag } = await client.send(
        new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body, ...checksum }),
      )
      Parts.push({ PartNumber, ETag })
    }
    return { Bucket, Key, UploadId, MultipartUpload: { Parts } }
  }

  it.each([
    ['EntityTooSmall', [MIB, MIB], {}],
    ['InvalidRequest', [5 * MIB, 1], { MpuObjectSize: 7 }],
    ['BadDigest', [5 * MIB, 1], { ChecksumCRC32: 'AAAAAA==' }],
    ['InvalidRequest', [5 * MIB, 1], { ChecksumType: 'COMPOSITE' }],
    ['NoSuchUpload', [1], { UploadId: 'other' }],
    ['InvalidPart', [1], { MultipartUpload: { Parts: [{ PartNumber: 1, ETag: '"other"' }] } }],
    ['InvalidPart', [1], { MultipartUpload: { Parts: [{ PartNumber: 2, ETag: '"x"' }] } }],
    ['MalformedXML', [1], { MultipartUpload: { Parts: [] } }],
  ] as const)('refuses a completion with %s', async (name, sizes, change) => {
    const upload = await started(sizes, { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' })
    const command = new CompleteMultipartUploadCommand({ ...upload, ...change } as typeof upload)
    await expect(client.send(command)).rejects.toMatchObject({ name })
    expect(server.objects(Bucket)).toEqual([])
    expect(server.uploads(Bucket)).toHaveLength(1)
  })

  it('refuses parts in the wrong order, and takes If-None-Match at its word', async () => {
    const upload = await started([5 * MIB, 1])
    const Parts = upload.MultipartUpload.Parts.toReversed()
    await expect(
      client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } })),
    ).rejects.toMatchObject({ name: 'InvalidPartOrder' })
    server.put(Bucket, Key, 'there')
    await expect(
      client.send(new CompleteMultipartUploadCommand({ ...upload, IfNoneMatch: '*' })),
    ).rejects.toMatchObject({ name: 'PreconditionFailed' })
  })

  it.each(['CRC32', 'CRC32C', 'CRC64NVME'] as const)(
    'makes the %s of a whole object out of its parts',
    async (algorithm) => {
      const upload = await started([5 * MIB, 6 * MIB, 3], {
        ChecksumAlgorithm: algorithm,
        ChecksumType: 'FULL_OBJECT',
      })
      const done = await client.send(new CompleteMultipartUploadCommand(upload))
      const whole = server.objects(Bucket)[0]?.body() ?? ''
      // The same bytes in one request, with the checksum that AWS's own code makes of them.
      await client.send(
        new PutObjectCommand({ Bucket, Key: 'once', Body: whole, ChecksumAlgorithm: algorithm }),
      )
      expect(done.ChecksumType).toBe('FULL_OBJECT')
      expect(server.objects(Bucket).map((object) => object.checksum.value)).toEqual([
        done[`Checksum${algorithm}`],
        done[`Checksum${algorithm}`],
      ])
    },
  )

  it('makes composite checksums, and refuses full ones of a hash', async () => {
    const done = await client.send(new CompleteMultipartUploadCommand(await started([5 * MIB, 1])))
    expect(done).toMatchObject({
      ChecksumType: 'FULL_OBJECT',
      ChecksumCRC64NVME: expect.any(String) as string,
    })
    await expect(
      client.send(
        new CreateMultipartUploadCommand({
          Bucket,
          Key,
          ChecksumAlgorithm: 'SHA256',
          ChecksumType: 'FULL_OBJECT',
        }),
      ),
    ).rejects.toMatchObject({ name: 'InvalidRequest' })
  })

  it('takes a stream in chunks with a checksum behind it, and stores the bytes alone', async () => {
    const bytes = randomBytes(300_000)
    const Body = Readable.from([bytes.subarray(0, 70_001), bytes.subarray(70_001)])
    await client.send(new PutObjectCommand({ Bucket, Key, Body, ContentLength: bytes.length }))
    expect(server.objects(Bucket)[0]?.body().equals(bytes)).toBe(true)
    expect(server.objects(Bucket)[0]?.checksum.algorithm).toBe('CRC32')
  })

  it('lists by pages, with prefixes rolled up, in the order of bytes', async () => {
    for (const key of ['a/1', 'a/2', 'b', 'c/1', 'c/2', 'd', '\u{1F600}', '\uFF5E', 'e f&+'])
      server.put(Bucket, key, 'x')
    server.pageSize = 2
    const seen: (string | undefined)[] = []
    let token: string | undefined
    do {
      const page = await client.send(
        new ListObjectsV2Command({ Bucket, Delimiter: '/', ContinuationToken: token, EncodingType: 'url' }),
      )
      seen.push(
        ...(page.CommonPrefixes ?? []).map((one) => one.Prefix),
        ...(page.Contents ?? []).map((one) => one.Key),
      )
      token = page.NextContinuationToken
    } while (token !== undefined)
    expect(seen.map((key) => decodeURIComponent(key ?? ''))).toEqual([
      'a/',
      'b',
      'c/',
      'd',
      'e f&+',
      '\uFF5E',
      '\u{1F600}',
    ])
  })

  it('lists open uploads and their parts by pages', async () => {
    const upload = await started([5 * MIB, 5 * MIB, 1])
    server.openUpload(Bucket, 'other')
    server.pageSize = 1
    const first = await client.send(new ListMultipartUploadsCommand({ Bucket }))
    expect(first).toMatchObject({ IsTruncated: true, Uploads: [{ Key }] })
    const { NextKeyMarker, NextUploadIdMarker } = first
    const second = await client.send(
      new ListMultipartUploadsCommand({
        Bucket,
        KeyMarker: NextKeyMarker,
        UploadIdMarker: NextUploadIdMarker,
      }),
    )
    expect(second).toMatchObject({ IsTruncated: false, Uploads: [{ Key: 'other' }] })
    expect(await client.send(new ListPartsCommand(upload))).toMatchObject({
      IsTruncated: true,
      NextPartNumberMarker: '1',
    })
    await client.send(new AbortMultipartUploadCommand(upload))
    await expect(client.send(new AbortMultipartUploadCommand(upload))).rejects.toMatchObject({
      name: 'NoSuchUpload',
    })
  })

  it('deletes many at once, and tells key by key what it did not', async () => {
    server.put(Bucket, 'a', 'x')
    server.put(Bucket, 'b', 'x')
    const allow = server.denyDelete('b')
    const Delete = { Objects: [{ Key: 'a' }, { Key: 'b' }, { Key: 'missing' }] }
    expect(await client.send(new DeleteObjectsCommand({ Bucket, Delete }))).toMatchObject({
      Deleted: [{ Key: 'a' }, { Key: 'missing' }],
      Errors: [{ Key: 'b', Code: 'AccessDenied' }],
    })
    allow()
    const Objects = Array.from({ length: 1001 }, (_, index) => ({ Key: `k${index}` }))
    await expect(
      client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } })),
    ).rejects.toMatchObject({ name: 'MalformedXML' })
  })

  it('gives ranges without a checksum of the whole, and only of the object that is meant', async () => {
    server.put(Bucket, Key, '0123456789')
    const part = await client.send(new GetObjectCommand({ Bucket, Key, Range: 'bytes=3-5' }))
    expect(await part.Body?.transformToString()).toBe('345')
    expect(part).toMatchObject({ ContentRange: 'bytes 3-5/10', ContentLength: 3 })
    expect(part.ChecksumCRC32).toBeUndefined()
    await expect(
      client.send(new GetObjectCommand({ Bucket, Key, Range: 'bytes=10-' })),
    ).rejects.toMatchObject({ name: 'InvalidRange' })
    await expect(
      client.send(new GetObjectCommand({ Bucket, Key, IfMatch: '"other"' })),
    ).rejects.toMatchObject({ name: 'PreconditionFailed' })
  })

  it('refuses the unsigned, the wrongly signed, the unknown, and another region', async () => {
    expect((await fetch(`${server.url}/${Bucket}?list-type=2`)).status).toBe(403)
    const wrong = clientAs('test', 'wrong')
    await expect(wrong.send(new ListObjectsV2Command({ Bucket }))).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
    })
    const elsewhere = clientAs('test', 'test', 'eu-west-1')
    await expect(elsewhere.send(new ListObjectsV2Command({ Bucket }))).rejects.toMatchObject({
      name: 'AuthorizationHeaderMalformed',
    })
    await clientAs('anyone', 'anything').send(new HeadBucketCommand({ Bucket }))
    expect(server.calls.map((call) => call.identity)).toEqual(['', 'test', 'test', 'anyone'])
    await using guarded = await startS3({ credentials: { backup: 'secret' } })
    const stranger = clientAs('test', 'test', 'us-east-1', guarded.url)
    await expect(stranger.send(new ListObjectsV2Command({ Bucket }))).rejects.toMatchObject({
      name: 'InvalidAccessKeyId',
    })
  })

  it('refuses what it has not built instead of ignoring it', async () => {
    const VersioningConfiguration = { Status: 'Enabled' } as const
    await expect(
      client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration })),
    ).rejects.toMatchObject({
      name: 'NotImplemented',
    })
    await expect(
      client.send(new PutObjectCommand({ Bucket, Key, Body: 'x', Tagging: 'a=b' })),
    ).rejects.toMatchObject({
      name: 'NotImplemented',
    })
    await expect(client.send(new CreateBucketCommand({ Bucket: 'Not_A_Name' }))).rejects.toMatchObject({
      name: 'InvalidBucketName',
    })
  })

  it('records each call by its name, who made it, whether it writes, and how it was answered', async () => {
    await client.send(new PutObjectCommand({ Bucket, Key, Body: 'x', ServerSideEncryption: 'aws:kms' }))
    await client.send(new GetObjectCommand({ Bucket, Key: 'none' })).catch(() => {})
    expect(server.calls).toMatchObject([
      {
        operation: 'PutObject',
        writes: true,
        identity: 'test',
        status: 200,
        input: { Bucket, Key, ServerSideEncryption: 'aws:kms' },
      },
      {
        operation: 'GetObject',
        writes: false,
        identity: 'test',
        status: 404,
        input: { Bucket, Key: 'none' },
      },
    ])
  })

  it.each(['disk', 'discard'] as const)(
    'keeps sizes and checksums alike with the store on %s',
    async (store) => {
      await using other = await startS3({ store })
      other.addBucket(Bucket)
      const there = clientAs('test', 'test', 'us-east-1', other.url)
      const Body = randomBytes(100_000)
      await there.send(new PutObjectCommand({ Bucket, Key, Body }))
      server.put(Bucket, Key, Body)
      const [kept] = other.objects(Bucket)
      expect(kept).toMatchObject({ bytes: 100_000, checksum: server.objects(Bucket)[0]?.checksum })
      const bytes = await there.send(new GetObjectCommand({ Bucket, Key })).then(
        (answer) => answer.Body?.transformToByteArray(),
        (error: Error) => error.name,
      )
      expect(typeof bytes === 'string' ? bytes : Body.equals(bytes ?? Body.subarray(1))).toBe(
        store === 'disk' ? true : 'NotImplemented',
      )
    },
  )
})
