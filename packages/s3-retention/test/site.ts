import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { S3Client } from '@aws-sdk/client-s3'
import { type S3Server, startS3 } from '@raxx/testkit/s3'
import { onTestFinished } from 'vitest'
import type { BackupStore } from '../src/index.ts'

/** A site's bucket on a server of its own. */
export interface TestSite extends AsyncDisposable {
  readonly server: S3Server
  readonly store: BackupStore
  /** Stores a day's dump and, unless told otherwise, a manifest that proves it. */
  add(date: string, options?: { readonly manifest?: object | string | false; readonly body?: string }): void
  /** The names under the prefix. */
  names(): string[]
  /** What was asked of the server, by operation, since this was last called. */
  asked(): string[]
}

export const now: Date = new Date('2026-11-22T06:17:00Z')

/** The day so many days before `now`. */
export function daysAgo(days: number): string {
  return new Date(now.getTime() - days * 86_400_000).toISOString().slice(0, 10)
}

export async function startSite(options: { readonly maxAttempts?: number } = {}): Promise<TestSite> {
  const server = await startS3()
  const client = new S3Client({
    endpoint: server.url,
    region: server.region,
    forcePathStyle: true,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: options.maxAttempts ?? 1,
  })
  const store = { client, bucket: 'raxx-backups', prefix: 'db-backups/freescout/' }
  server.addBucket(store.bucket)
  let read = 0
  return {
    server,
    store,
    add(date, { manifest = {}, body = `the dump of ${date}` } = {}) {
      const key = `${store.prefix}${date}.sql.gz`
      // S3 says that everything came today: as after a copy to another bucket.
      server.put(store.bucket, key, body, { lastModified: now })
      if (manifest === false) return
      const object = { key, bytes: Buffer.byteLength(body), ...(typeof manifest === 'object' && manifest) }
      const text =
        typeof manifest === 'string' ? manifest : JSON.stringify({ schema: 'raxx.manifest/1', object })
      server.put(store.bucket, `${store.prefix}${date}.manifest.json`, text, { lastModified: now })
    },
    names: () => server.objects(store.bucket).map(({ key }) => key.replace(store.prefix, '')),
    asked() {
      const calls = server.calls.slice(read)
      read = server.calls.length
      return calls.map(({ operation }) => operation)
    },
    async [Symbol.asyncDispose]() {
      client.destroy()
      await server.stop()
    },
  }
}

/** A store whose server answers every request with this text. */
export async function storeThatAnswers(text: string): Promise<BackupStore> {
  const server = createServer((_, response) =>
    response.setHeader('content-type', 'application/xml').end(text),
  )
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const client = new S3Client({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
  onTestFinished(() => {
    client.destroy()
    server.closeAllConnections()
    server.close()
  })
  return { client, bucket: 'raxx-backups', prefix: 'db/' }
}
