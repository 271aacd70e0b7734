import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  DeleteBucketCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3'
import { bucketState } from './bucket-state.ts'
import { S3Error } from './errors.ts'
import { answered } from './explain.ts'
import type { ObjectStore } from './object-store.ts'
import { request } from './request.ts'

export interface EnsureBucketOptions {
  /** Where the bucket is made: the client's own region. */
  readonly region: string
  /** The key of the default encryption, as in `putStream`. @default 'aws/s3' */
  readonly kmsKey?: string
  /** After how many days a lifecycle rule aborts uploads that were never finished. @default 2 */
  readonly abortUnfinishedAfterDays?: number
  readonly signal?: AbortSignal | undefined
}

/**
 * Makes the bucket where there is none: private, encrypted with SSE-KMS, with a rule that aborts unfinished uploads. A bucket that is there is only
 * looked at: nothing of it is changed. Where a setting of a new one cannot be made, the bucket is removed again, and it rejects: so no
 * half-protected bucket is taken for a finished one by the next run. Rejects with BUCKET_FOREIGN, WRONG_REGION, ACCESS_DENIED.
 */
export async function ensureBucket(
  store: ObjectStore,
  options: EnsureBucketOptions,
): Promise<{ created: boolean }> {
  const { signal } = options
  const state = await bucketState(store, { signal })
  if (state.exists) return { created: false }
  if (!(await create(store, options))) return { created: false }
  try {
    await protect(store, options)
  } catch (error) {
    // Empty still: S3 itself refuses to delete a bucket that is not.
    await store.client.send(new DeleteBucketCommand({ Bucket: store.bucket })).catch(() => {})
    throw error
  }
  return { created: true }
}

/** Whether it was made, and not by somebody of ours at the same moment. */
async function create(store: ObjectStore, { region, signal }: EnsureBucketOptions): Promise<boolean> {
  // In us-east-1 alone, the region must not be named.
  const elsewhere = region !== 'us-east-1' && {
    CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint },
  }
  try {
    await request('CreateBucket', store, '', signal, (how) =>
      store.client.send(new CreateBucketCommand({ Bucket: store.bucket, ...elsewhere }), how),
    )
    return true
  } catch (error) {
    const { name } = answered(error instanceof S3Error ? error.cause : error)
    if (name === 'BucketAlreadyOwnedByYou') return false
    if (name === 'BucketAlreadyExists')
      throw new S3Error('BUCKET_FOREIGN', `the bucket ${store.bucket} belongs to another AWS account`, {
        hint: 'Choose another name for the bucket: names are shared by all of AWS.',
        cause: error,
      })
    throw error
  }
}

async function protect(store: ObjectStore, options: EnsureBucketOptions): Promise<void> {
  const { signal, kmsKey = 'aws/s3', abortUnfinishedAfterDays = 2 } = options
  const target = { Bucket: store.bucket }
  const block = new PutPublicAccessBlockCommand({
    ...target,
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    },
  })
  const encryption = new PutBucketEncryptionCommand({
    ...target,
    ServerSideEncryptionConfiguration: {
      Rules: [
        {
          ApplyServerSideEncryptionByDefault: {
            SSEAlgorithm: 'aws:kms',
            ...(kmsKey !== 'aws/s3' && { KMSMasterKeyID: kmsKey }),
          },
          BucketKeyEnabled: true,
        },
      ],
    },
  })
  const lifecycle = new PutBucketLifecycleConfigurationCommand({
    ...target,
    LifecycleConfiguration: {
      Rules: [
        {
          ID: 'abort-unfinished-uploads',
          Status: 'Enabled',
          Filter: { Prefix: '' },
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: abortUnfinishedAfterDays },
        },
      ],
    },
  })
  await request('PutPublicAccessBlock', store, '', signal, (how) => store.client.send(block, how))
  await request('PutBucketEncryption', store, '', signal, (how) => store.client.send(encryption, how))
  await request('PutBucketLifecycleConfiguration', store, '', signal, (how) =>
    store.client.send(lifecycle, how),
  )
}
