import { S3Client } from '@aws-sdk/client-s3'
import type { S3Server } from '@raxx/testkit/s3'
import type { ObjectStore } from '../src/index.ts'

export const BUCKET = 'backups'
export const KEY = 'db/2026-01-01.sql.gz'

/** A store on the test's server, whose client gives up soon: a test that waits for retries proves nothing more. */
export function storeOn(server: S3Server, maxAttempts = 1): ObjectStore {
  const client = new S3Client({
    endpoint: server.url,
    region: server.region,
    forcePathStyle: true,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts,
  })
  return { client, bucket: BUCKET }
}

export function operations(server: S3Server): string[] {
  return server.calls.map((call) => call.operation)
}
