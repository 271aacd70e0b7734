import { S3Error, type S3ErrorCode } from './errors.ts'
import { type ObjectStore, urlOf } from './object-store.ts'

interface Answered {
  readonly name: string
  readonly message: string
  readonly status: number | undefined
  readonly code: string | undefined
  /** Where the bucket is, when S3 told it. */
  readonly region: string | undefined
}

/** The parts of an SDK error that tell what it is. */
export function answered(error: unknown): Answered {
  const { name, message, code, $metadata, $response } = (
    typeof error === 'object' && error !== null ? error : {}
  ) as Partial<Record<'name' | 'message' | 'code', unknown>> & {
    $metadata?: { httpStatusCode?: number }
    $response?: { headers?: Readonly<Record<string, string>> }
  }
  return {
    name: typeof name === 'string' ? name : '',
    message: typeof message === 'string' ? message : String(error),
    status: $metadata?.httpStatusCode,
    code: typeof code === 'string' ? code : undefined,
    region: $response?.headers?.['x-amz-bucket-region'],
  }
}

function isMissing(error: unknown): boolean {
  const { name, status } = answered(error)
  return name === 'NoSuchKey' || name === 'NotFound' || (status === 404 && name !== 'NoSuchBucket')
}

/** The IAM actions that S3 checks for what was tried: the operation's own name is often not one. */
const ACTIONS: Readonly<Record<string, string>> = {
  PutObject: 's3:PutObject',
  CreateMultipartUpload: 's3:PutObject',
  UploadPart: 's3:PutObject',
  CompleteMultipartUpload: 's3:PutObject',
  AbortMultipartUpload: 's3:AbortMultipartUpload',
  ListParts: 's3:ListMultipartUploadParts',
  ListMultipartUploads: 's3:ListBucketMultipartUploads',
  GetObject: 's3:GetObject',
  HeadObject: 's3:GetObject',
  DeleteObject: 's3:DeleteObject',
  HeadBucket: 's3:ListBucket',
  PutBucketEncryption: 's3:PutEncryptionConfiguration',
  GetBucketEncryption: 's3:GetEncryptionConfiguration',
  PutPublicAccessBlock: 's3:PutBucketPublicAccessBlock',
  GetPublicAccessBlock: 's3:GetBucketPublicAccessBlock',
  PutBucketLifecycleConfiguration: 's3:PutLifecycleConfiguration',
  GetBucketLifecycleConfiguration: 's3:GetLifecycleConfiguration',
}
const WRITING = new Set(['PutObject', 'CreateMultipartUpload', 'UploadPart', 'CompleteMultipartUpload'])
const ON_BUCKET = new Set(['HeadBucket', 'ListMultipartUploads'])

function deniedHint(operation: string, store: ObjectStore, key: string): string {
  const action = ACTIONS[operation] ?? `s3:${operation}`
  if (key === '' || ON_BUCKET.has(operation))
    return `Allow the IAM user or role ${action} on arn:aws:s3:::${store.bucket}.`
  const prefix = key.includes('/') ? key.slice(0, key.lastIndexOf('/') + 1) : ''
  const allow = `Allow the IAM user or role ${action} on arn:aws:s3:::${store.bucket}/${prefix}*`
  if (WRITING.has(operation))
    return `Verify that the bucket is yours, and ${allow[0]?.toLowerCase()}${allow.slice(1)}, and kms:GenerateDataKey and kms:Decrypt on its KMS key (a large object needs both).`
  if (action === 's3:GetObject')
    return `${allow} and kms:Decrypt on its KMS key, and s3:ListBucket on the bucket (without it S3 answers 403 for a missing object too).`
  return `${allow}.`
}

const CREDENTIALS = new Set([
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'ExpiredToken',
  'InvalidToken',
  'TokenRefreshRequired',
  'CredentialsProviderError',
])
const REGION = new Set([
  'PermanentRedirect',
  'AuthorizationHeaderMalformed',
  'IllegalLocationConstraintException',
])
const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EPIPE',
  'EHOSTUNREACH',
])

function verdict(
  error: unknown,
  operation: string,
  store: ObjectStore,
  key: string,
): [S3ErrorCode, string | undefined] {
  const { name, message, status, code } = answered(error)
  if (name === 'NoSuchBucket')
    return [
      'BUCKET_MISSING',
      `Verify that the bucket ${store.bucket} exists and is spelled like this, or create it.`,
    ]
  if (CREDENTIALS.has(name))
    return ['ACCESS_DENIED', 'Check the AWS credentials: S3 does not accept them (wrong, expired, or none).']
  if (REGION.has(name) || status === 301)
    return ['WRONG_REGION', `Set the region to the one the bucket ${store.bucket} is in.`]
  // Some KMS refusals come as AccessDenied that names a kms: action; the others under KMS's own names.
  if (name.startsWith('KMS.') || name.startsWith('Kms'))
    return [
      'KEY_UNUSABLE',
      "Check that the KMS key exists in the bucket's region, is enabled, and lets this user use it.",
    ]
  if (name === 'AccessDenied' || status === 403) {
    const kms = /kms:\w+/.exec(message)?.[0]
    if (kms !== undefined)
      return ['ACCESS_DENIED', `Allow the IAM user or role ${kms} on the object's KMS key.`]
    return ['ACCESS_DENIED', deniedHint(operation, store, key)]
  }
  if (name === 'NoSuchUpload')
    return [
      'UPLOAD_FAILED',
      'Find out what aborts multipart uploads under this prefix: another run, or a lifecycle rule.',
    ]
  if (isMissing(error)) return ['NOT_FOUND', undefined]
  if (name === 'PreconditionFailed') return ['EXISTS', undefined]
  if (name === 'TimeoutError' || (code !== undefined && NETWORK.has(code)))
    return ['UNREACHABLE', 'Check the network between here and S3, and the endpoint if one is set.']
  if (name === 'SlowDown' || (status !== undefined && status >= 500))
    return [
      WRITING.has(operation) ? 'UPLOAD_FAILED' : 'REQUEST_FAILED',
      'S3 had trouble: run it again; the AWS Health Dashboard tells if it lasts.',
    ]
  return [WRITING.has(operation) ? 'UPLOAD_FAILED' : 'REQUEST_FAILED', undefined]
}

/** An SDK error in the words of the person on call: what was tried, on what, what S3 said, and what to do about it. */
export function explain(error: unknown, operation: string, store: ObjectStore, key = ''): S3Error {
  if (error instanceof S3Error) return error
  const { name, message, status } = answered(error)
  const [code, hint] = verdict(error, operation, store, key)
  const said = [name === message ? '' : name, status === undefined ? '' : `(${status})`, message].filter(
    (part) => part !== '',
  )
  return new S3Error(code, `${operation} of ${urlOf(store, key)} failed: ${said.join(' ')}`, {
    hint,
    cause: error,
  })
}
