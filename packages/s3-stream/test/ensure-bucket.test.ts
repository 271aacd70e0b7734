import { S3Client } from '@aws-sdk/client-s3'
import { type S3Server, startS3 } from '@raxx/testkit/s3'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { bucketState, ensureBucket, type ObjectStore, s3ClientOptions } from '../src/index.ts'
import { BUCKET, operations, storeOn } from './client.ts'

describe.each(['us-east-1', 'eu-central-1'])('a bucket in %s', (region) => {
  let server: S3Server
  let store: ObjectStore

  beforeAll(async () => {
    server = await startS3({ region })
    store = storeOn(server)
  })
  afterAll(async () => {
    store.client.destroy()
    await server.stop()
  })
  afterEach(() => {
    server.faults.clear()
    server.removeBucket(BUCKET)
    server.calls.length = 0
  })

  it('is made private, encrypted, and with a rule for unfinished uploads', async () => {
    expect(await bucketState(store)).toEqual({ exists: false })
    expect(await ensureBucket(store, { region, kmsKey: 'alias/backups' })).toEqual({ created: true })
    expect(server.bucket(BUCKET)).toMatchObject({
      encryption: {
        sse: 'aws:kms',
        kmsKeyId: expect.stringMatching(/alias\/backups$/) as string,
        bucketKey: true,
      },
      publicAccessBlock: {
        BlockPublicAcls: true,
        IgnorePublicAcls: true,
        BlockPublicPolicy: true,
        RestrictPublicBuckets: true,
      },
      lifecycle: [{ status: 'Enabled', prefix: '', abortIncompleteAfterDays: 2 }],
    })
    expect(await bucketState(store)).toEqual({
      exists: true,
      region,
      encryption: 'aws:kms',
      publicAccessBlocked: true,
      abortsUnfinishedAfterDays: 2,
    })
  })

  it('is only looked at when it is there', async () => {
    server.addBucket(BUCKET)
    expect(await ensureBucket(store, { region })).toEqual({ created: false })
    expect(server.calls.filter((call) => call.writes)).toEqual([])
    expect(await bucketState(store)).toMatchObject({
      encryption: 'AES256',
      abortsUnfinishedAfterDays: 'never',
    })
  })

  it('is not left half protected when a setting is denied', async () => {
    server.faults.add({ on: 'PutBucketEncryption', answer: { error: { status: 403, code: 'AccessDenied' } } })
    await expect(ensureBucket(store, { region })).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
      hint: expect.stringContaining('s3:PutEncryptionConfiguration') as string,
    })
    expect(server.bucket(BUCKET)).toBeUndefined()
  })

  it('is told to be somebody else’s, and nothing is tried', async () => {
    server.addBucket(BUCKET, { foreign: true })
    await expect(ensureBucket(store, { region })).rejects.toMatchObject({ code: 'BUCKET_FOREIGN' })
    expect(server.calls.filter((call) => call.writes)).toEqual([])
  })

  it('is told apart from one of ours that may not be looked at', async () => {
    server.addBucket(BUCKET)
    server.faults.add({ on: 'HeadBucket', answer: { error: { status: 403, code: 'AccessDenied' } } })
    await expect(bucketState(store)).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
      hint: expect.stringContaining('s3:ListBucket') as string,
    })
    server.faults.add({ on: 'ListBuckets', answer: { error: { status: 403, code: 'AccessDenied' } } })
    await expect(bucketState(store)).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
      message: expect.stringContaining('or the bucket belongs to another account') as string,
    })
  })

  it('tells settings that may not be read as unknown, not as absent', async () => {
    server.addBucket(BUCKET)
    server.faults.add({
      on: 'GetBucketLifecycleConfiguration',
      answer: { error: { status: 403, code: 'AccessDenied' } },
    })
    expect(await bucketState(store)).toMatchObject({
      exists: true,
      abortsUnfinishedAfterDays: undefined,
      publicAccessBlocked: true,
    })
  })

  it('made by another run at the same moment is left to that run', async () => {
    server.faults.add({
      on: 'CreateBucket',
      answer: { error: { status: 409, code: 'BucketAlreadyOwnedByYou' } },
    })
    expect(await ensureBucket(store, { region })).toEqual({ created: false })
    expect(operations(server).at(-1)).toBe('CreateBucket')
  })

  it('is not found in a region where it is not', async () => {
    const client = new S3Client({
      ...s3ClientOptions(server.url),
      region: 'ap-south-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    })
    await expect(ensureBucket({ client, bucket: BUCKET }, { region: 'ap-south-1' })).rejects.toMatchObject({
      code: 'WRONG_REGION',
    })
    client.destroy()
  })
})

describe('a client with the options of this package', () => {
  it('does not wait for ever for an answer', async () => {
    await using server = await startS3()
    server.addBucket(BUCKET)
    server.faults.add({ on: 'HeadBucket', answer: { hang: true } })
    const options = s3ClientOptions(server.url)
    const client = new S3Client({
      ...options,
      maxAttempts: 1,
      requestHandler: { ...options.requestHandler, socketTimeout: 100 },
      region: server.region,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    })
    await expect(bucketState({ client, bucket: BUCKET })).rejects.toMatchObject({ code: 'UNREACHABLE' })
    client.destroy()
  })

  it('names a host that is not there as one that cannot be reached', async () => {
    const client = new S3Client({
      ...s3ClientOptions('http://127.0.0.1:1'),
      maxAttempts: 1,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    })
    await expect(bucketState({ client, bucket: BUCKET })).rejects.toMatchObject({ code: 'UNREACHABLE' })
    client.destroy()
  })
})
