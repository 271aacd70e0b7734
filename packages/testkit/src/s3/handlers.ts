import {
  createBucket,
  deleteBucket,
  getBucketEncryption,
  getBucketLifecycle,
  getBucketLocation,
  getBucketVersioning,
  getPublicAccessBlock,
  headBucket,
  putBucketEncryption,
  putBucketLifecycle,
  putPublicAccessBlock,
} from './bucket-operations.ts'
import type { Handler } from './exchange.ts'
import { listBuckets, listMultipartUploads, listObjectsV2, listParts } from './list-operations.ts'
import {
  abortMultipartUpload,
  completeMultipartUpload,
  createMultipartUpload,
  uploadPart,
} from './multipart-operations.ts'
import { deleteObject, deleteObjects, getObject, putObject } from './object-operations.ts'
import type { Operation } from './operation.ts'

export const HANDLERS: Readonly<Record<Operation, Handler>> = {
  ListBuckets: listBuckets,
  CreateBucket: createBucket,
  HeadBucket: headBucket,
  DeleteBucket: deleteBucket,
  GetBucketLocation: getBucketLocation,
  GetBucketVersioning: getBucketVersioning,
  GetBucketEncryption: getBucketEncryption,
  PutBucketEncryption: putBucketEncryption,
  GetPublicAccessBlock: getPublicAccessBlock,
  PutPublicAccessBlock: putPublicAccessBlock,
  GetBucketLifecycleConfiguration: getBucketLifecycle,
  PutBucketLifecycleConfiguration: putBucketLifecycle,
  ListObjectsV2: listObjectsV2,
  ListMultipartUploads: listMultipartUploads,
  DeleteObjects: deleteObjects,
  CreateMultipartUpload: createMultipartUpload,
  UploadPart: uploadPart,
  CompleteMultipartUpload: completeMultipartUpload,
  AbortMultipartUpload: abortMultipartUpload,
  ListParts: listParts,
  PutObject: putObject,
  GetObject: getObject,
  HeadObject: getObject,
  DeleteObject: deleteObject,
}
