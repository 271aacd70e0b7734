import { ListObjectsV2Command } from '@aws-sdk/client-s3'
import { everyPage, incomplete } from './every-page.ts'
import { plainKey } from './plain-key.ts'
import { refusal } from './refusal.ts'
import { type BackupStore, s3Url } from './store.ts'

export interface ListedObject {
  readonly key: string
  readonly bytes: number
  readonly lastModified: Date
}

/** Every object directly under the prefix, by key. What is in "folders" below it is not looked at. All pages, or an error. */
export async function listObjects(
  store: BackupStore,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, ListedObject>> {
  const { client, bucket, prefix } = store
  const place = s3Url(store)
  const entries = await everyPage(place, async (from) => {
    signal?.throwIfAborted()
    const command = new ListObjectsV2Command({
      Bucket: bucket,
      Prefix: prefix,
      Delimiter: '/',
      EncodingType: 'url',
      ...(from !== undefined && { ContinuationToken: from }),
    })
    const page = await client
      .send(command, { ...(signal && { abortSignal: signal }) })
      .catch((error: unknown) => {
        throw refusal(error, {
          doing: `list ${place}`,
          needs: `s3:ListBucket on arn:aws:s3:::${bucket}`,
          code: 'LIST_FAILED',
          signal,
        })
      })
    return {
      entries: (page.Contents ?? []).map((one) => ({
        ...one,
        Key: one.Key && plainKey(one.Key, page.EncodingType),
      })),
      truncated: page.IsTruncated,
      next: page.NextContinuationToken,
    }
  })

  const objects = new Map<string, ListedObject>()
  for (const { Key: key, Size: bytes, LastModified: lastModified } of entries) {
    if (key === undefined || bytes === undefined || lastModified === undefined) {
      throw incomplete(place, `an entry lacks its key, size or time (${key ?? 'no key'})`)
    }
    if (objects.has(key)) throw incomplete(place, `${key} is listed twice`)
    objects.set(key, { key, bytes, lastModified })
  }
  return objects
}
