import { Refusal } from './errors.ts'

interface Route {
  readonly method: string
  readonly level: 'service' | 'bucket' | 'object'
  /** The sub-resource that must be in the query; absent: none of them is. */
  readonly by?: string
  readonly writes: boolean
  /** Query parameters that the operation takes besides. Any other is not built, and refused rather than ignored. */
  readonly query?: readonly string[]
}

export type Operation =
  | 'ListBuckets'
  | 'CreateBucket'
  | 'HeadBucket'
  | 'DeleteBucket'
  | 'GetBucketLocation'
  | 'GetBucketVersioning'
  | 'GetBucketEncryption'
  | 'PutBucketEncryption'
  | 'GetPublicAccessBlock'
  | 'PutPublicAccessBlock'
  | 'GetBucketLifecycleConfiguration'
  | 'PutBucketLifecycleConfiguration'
  | 'ListObjectsV2'
  | 'ListMultipartUploads'
  | 'DeleteObjects'
  | 'CreateMultipartUpload'
  | 'UploadPart'
  | 'CompleteMultipartUpload'
  | 'AbortMultipartUpload'
  | 'ListParts'
  | 'PutObject'
  | 'GetObject'
  | 'HeadObject'
  | 'DeleteObject'

/** Every operation this server has built. */
const ROUTES: Readonly<Record<Operation, Route>> = {
  ListBuckets: { method: 'GET', level: 'service', writes: false },
  CreateBucket: { method: 'PUT', level: 'bucket', writes: true },
  HeadBucket: { method: 'HEAD', level: 'bucket', writes: false },
  DeleteBucket: { method: 'DELETE', level: 'bucket', writes: true },
  GetBucketLocation: { method: 'GET', level: 'bucket', by: 'location', writes: false },
  GetBucketVersioning: { method: 'GET', level: 'bucket', by: 'versioning', writes: false },
  GetBucketEncryption: { method: 'GET', level: 'bucket', by: 'encryption', writes: false },
  PutBucketEncryption: { method: 'PUT', level: 'bucket', by: 'encryption', writes: true },
  GetPublicAccessBlock: { method: 'GET', level: 'bucket', by: 'publicAccessBlock', writes: false },
  PutPublicAccessBlock: { method: 'PUT', level: 'bucket', by: 'publicAccessBlock', writes: true },
  GetBucketLifecycleConfiguration: { method: 'GET', level: 'bucket', by: 'lifecycle', writes: false },
  PutBucketLifecycleConfiguration: { method: 'PUT', level: 'bucket', by: 'lifecycle', writes: true },
  ListObjectsV2: {
    method: 'GET',
    level: 'bucket',
    by: 'list-type',
    writes: false,
    query: [
      'prefix',
      'delimiter',
      'encoding-type',
      'start-after',
      'continuation-token',
      'max-keys',
      'fetch-owner',
    ],
  },
  ListMultipartUploads: {
    method: 'GET',
    level: 'bucket',
    by: 'uploads',
    writes: false,
    query: ['prefix', 'delimiter', 'encoding-type', 'key-marker', 'upload-id-marker', 'max-uploads'],
  },
  DeleteObjects: { method: 'POST', level: 'bucket', by: 'delete', writes: true },
  CreateMultipartUpload: { method: 'POST', level: 'object', by: 'uploads', writes: true },
  UploadPart: { method: 'PUT', level: 'object', by: 'uploadId', writes: true, query: ['partNumber'] },
  CompleteMultipartUpload: { method: 'POST', level: 'object', by: 'uploadId', writes: true },
  AbortMultipartUpload: { method: 'DELETE', level: 'object', by: 'uploadId', writes: true },
  ListParts: {
    method: 'GET',
    level: 'object',
    by: 'uploadId',
    writes: false,
    query: ['part-number-marker', 'max-parts'],
  },
  PutObject: { method: 'PUT', level: 'object', writes: true },
  GetObject: { method: 'GET', level: 'object', writes: false },
  HeadObject: { method: 'HEAD', level: 'object', writes: false },
  DeleteObject: { method: 'DELETE', level: 'object', writes: true },
}

/** Headers that would change what an operation does, in ways that are not built. */
const UNBUILT =
  /^x-amz-(acl|grant-|tagging$|object-lock-|website-|copy-source|.*customer-(algorithm|key)|request-payer|mfa)|^if-(un)?modified-since$/

export function operationOf(
  method: string,
  bucket: string,
  key: string,
  query: URLSearchParams,
  headers: Readonly<Record<string, unknown>>,
): { operation: Operation; writes: boolean } {
  const level = bucket === '' ? 'service' : key === '' ? 'bucket' : 'object'
  const routes = (Object.entries(ROUTES) as [Operation, Route][]).filter(
    ([, route]) => route.method === method && route.level === level,
  )
  const found =
    routes.find(([, route]) => route.by !== undefined && query.has(route.by)) ??
    routes.find(([, route]) => route.by === undefined)
  if (!found)
    throw new Refusal('NotImplemented', `${method} of a ${level} with ?${query.toString()} is not built`)
  const [operation, route] = found
  for (const name of query.keys()) {
    if (name !== route.by && name !== 'x-id' && !route.query?.includes(name))
      throw new Refusal('NotImplemented', `${operation} with the query parameter ${name} is not built`)
  }
  const header = Object.keys(headers).find((name) => UNBUILT.test(name))
  if (header !== undefined)
    throw new Refusal('NotImplemented', `${operation} with the header ${header} is not built`)
  return { operation, writes: route.writes }
}
