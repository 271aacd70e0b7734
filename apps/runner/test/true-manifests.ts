import { createHash } from 'node:crypto'
import type { S3Server } from '@raxx/testkit/s3'
import { expect } from 'vitest'

/** Every manifest in the bucket names an object that is there, of its size and with its bytes. */
export function expectTrueManifests(s3: S3Server, bucket: string): void {
  const objects = new Map(s3.objects(bucket).map((object) => [object.key, object]))
  for (const object of objects.values()) {
    if (!object.key.endsWith('.manifest.json')) continue
    const { object: vouched } = JSON.parse(object.body().toString())
    const dump = objects.get(vouched.key)
    expect(dump?.bytes).toBe(vouched.bytes)
    expect(
      createHash('sha256')
        .update(dump?.body() ?? '')
        .digest('hex'),
    ).toBe(vouched.sha256)
  }
}
