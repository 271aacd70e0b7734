import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  ListBucketsCommand,
} from '@aws-sdk/client-s3'
import { S3Error } from './errors.ts'
import { answered } from './explain.ts'
import type { ObjectStore } from './object-store.ts'
import { request } from './request.ts'

/** What a bucket is like, as far as these credentials may know. A setting that may not be read is undefined. */
export type BucketState =
  | { readonly exists: false }
  | {
      readonly exists: true
      readonly region: string | undefined
      /** The default encryption: `AES256` or `aws:kms`. */
      readonly encryption: string | undefined
      /** All four blocks of public access are on. */
      readonly publicAccessBlocked: boolean | undefined
      /** The days after which a rule for the whole bucket aborts unfinished uploads; `never` without one. */
      readonly abortsUnfinishedAfterDays: number | 'never' | undefined
    }

/**
 * Looks at the bucket, and changes nothing. Rejects with BUCKET_FOREIGN when it is somebody else's, ACCESS_DENIED when that cannot be told, and
 * WRONG_REGION when it is not in the client's region.
 */
export async function bucketState(
  store: ObjectStore,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<BucketState> {
  const { signal } = options
  const target = { Bucket: store.bucket }
  let region: string | undefined
  try {
    region = await bucketRegion(store, signal)
  } catch (error) {
    if (error instanceof S3Error && (error.code === 'NOT_FOUND' || error.code === 'BUCKET_MISSING'))
      return { exists: false }
    throw error
  }
  const [encryption, block, lifecycle] = await Promise.all([
    readable('GetBucketEncryption', store, signal, (how) =>
      store.client.send(new GetBucketEncryptionCommand(target), how),
    ),
    readable('GetPublicAccessBlock', store, signal, (how) =>
      store.client.send(new GetPublicAccessBlockCommand(target), how),
    ),
    readable('GetBucketLifecycleConfiguration', store, signal, (how) =>
      store.client.send(new GetBucketLifecycleConfigurationCommand(target), how),
    ),
  ])
  const blocks = block?.found?.PublicAccessBlockConfiguration
  const days = (lifecycle?.found?.Rules ?? [])
    .filter(
      (rule) => rule.Status === 'Enabled' && !rule.Filter?.Prefix && !rule.Filter?.And && !rule.Filter?.Tag,
    )
    .flatMap((rule) => rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation ?? [])
  return {
    exists: true,
    region,
    encryption:
      encryption?.found?.ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault
        ?.SSEAlgorithm,
    publicAccessBlocked:
      block &&
      [
        blocks?.BlockPublicAcls,
        blocks?.IgnorePublicAcls,
        blocks?.BlockPublicPolicy,
        blocks?.RestrictPublicBuckets,
      ].every((one) => one === true),
    abortsUnfinishedAfterDays: lifecycle && (days.length > 0 ? Math.min(...days) : 'never'),
  }
}

/** Undefined when it may not be read; `found` is absent when nothing is set. */
async function readable<T>(
  operation: string,
  store: ObjectStore,
  signal: AbortSignal | undefined,
  send: (how: { abortSignal?: AbortSignal }) => Promise<T>,
): Promise<{ readonly found?: T } | undefined> {
  try {
    return { found: await request(operation, store, '', signal, send) }
  } catch (error) {
    if (!(error instanceof S3Error)) throw error
    if (error.code === 'NOT_FOUND') return {}
    // A store that has no such setting cannot tell it either.
    if (error.code === 'ACCESS_DENIED' || answered(error.cause).status === 501) return undefined
    throw error
  }
}

async function bucketRegion(
  store: ObjectStore,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  try {
    const head = await request('HeadBucket', store, '', signal, (how) =>
      store.client.send(new HeadBucketCommand({ Bucket: store.bucket }), how),
    )
    return head.BucketRegion
  } catch (error) {
    if (!(error instanceof S3Error)) throw error
    const { status, region } = answered(error.cause)
    // A bucket elsewhere answers 400 or 301 to HeadBucket; the region stands in a header, whatever one may do.
    if (region !== undefined && (status === 400 || status === 301))
      throw new S3Error(
        'WRONG_REGION',
        `the bucket ${store.bucket} is in ${region}, which is not where it was asked for`,
        {
          hint: `Set the region to ${region}.`,
          cause: error.cause,
        },
      )
    if (status !== 403) throw error
    throw await whyForbidden(store, signal, error)
  }
}

/** A 403 has no body: it means somebody else's bucket, or no right to look. The list of one's own buckets tells which. */
async function whyForbidden(
  store: ObjectStore,
  signal: AbortSignal | undefined,
  error: S3Error,
): Promise<S3Error> {
  let own: boolean | undefined
  try {
    const { Buckets = [] } = await request('ListBuckets', store, '', signal, (how) =>
      store.client.send(new ListBucketsCommand({}), how),
    )
    own = Buckets.some((bucket) => bucket.Name === store.bucket)
  } catch (denied) {
    if (!(denied instanceof S3Error) || denied.code !== 'ACCESS_DENIED')
      return denied instanceof S3Error ? denied : error
  }
  if (own === false)
    return new S3Error('BUCKET_FOREIGN', `the bucket ${store.bucket} belongs to another AWS account`, {
      hint: 'Choose another name for the bucket (names are shared by all of AWS), or use the credentials of the account that owns it.',
      cause: error.cause,
    })
  const doubt = own === undefined ? `, or the bucket belongs to another account` : ''
  return new S3Error(
    'ACCESS_DENIED',
    `HeadBucket of ${store.bucket} was answered 403: no s3:ListBucket on it${doubt}`,
    {
      hint: `Allow the IAM user or role s3:ListBucket on arn:aws:s3:::${store.bucket}.`,
      cause: error.cause,
    },
  )
}
