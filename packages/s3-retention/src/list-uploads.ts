import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3'
import { everyPage, incomplete } from './every-page.ts'
import { S3RetentionError } from './errors.ts'
import { dateOfDump } from './keys.ts'
import { listed } from './listed.ts'
import { plainKey } from './plain-key.ts'
import { refusal } from './refusal.ts'
import { type BackupStore, s3Url } from './store.ts'

/** A multipart upload that was begun long ago and never finished. Its parts are paid for, and no listing shows them. */
export interface StaleUpload {
  readonly key: string
  readonly uploadId: string
  readonly initiated: Date
}

export interface StaleOptions {
  /** An upload that was begun longer ago than this is stale. Choose more than any run can last. */
  readonly olderThanMs: number
  readonly now: Date
  /**
   * Names further keys, by what follows the prefix, that are the caller's own, such as `safety/…`. Uploads to keys that are neither
   * these nor a dump's are somebody else's, and not seen. @default none
   */
  readonly alsoOurs?: (name: string) => boolean
  readonly signal?: AbortSignal | undefined
}

/**
 * The stale uploads of this store's own keys, oldest first. All pages: rejects with INCOMPLETE_LISTING rather than giving a shorter list.
 */
export async function listUploads(
  store: BackupStore,
  options: StaleOptions,
): Promise<readonly StaleUpload[]> {
  const { olderThanMs, now, alsoOurs = () => false, signal } = options
  const limit = now.getTime() - olderThanMs
  // `NaN` compares as false, so a wrong time or age would quietly find nothing, or everything.
  if (!(olderThanMs >= 0) || !Number.isFinite(limit)) {
    throw new S3RetentionError(
      'INVALID_AGE',
      `uploads cannot be older than ${olderThanMs} ms at ${String(now)}`,
      {
        hint: 'Give olderThanMs a number of milliseconds, 0 or more, and now a time.',
      },
    )
  }
  const isOurs = (key: string): boolean =>
    dateOfDump(store.prefix, key) !== undefined ||
    (key.startsWith(store.prefix) && alsoOurs(key.slice(store.prefix.length)))
  return (await everyUpload(store, signal))
    .filter(({ key, initiated }) => isOurs(key) && initiated.getTime() < limit)
    .toSorted((a, b) => a.initiated.getTime() - b.initiated.getTime())
    .map((upload) => listed(store, upload))
}

async function everyUpload(store: BackupStore, signal: AbortSignal | undefined): Promise<StaleUpload[]> {
  const { client, bucket, prefix } = store
  const place = `multipart uploads under ${s3Url(store)}`
  return everyPage(place, async (from) => {
    signal?.throwIfAborted()
    const [key, uploadId] = from === undefined ? [] : (JSON.parse(from) as [string, string])
    const command = new ListMultipartUploadsCommand({
      Bucket: bucket,
      Prefix: prefix,
      EncodingType: 'url',
      ...(from !== undefined && { KeyMarker: key, UploadIdMarker: uploadId }),
    })
    const page = await client
      .send(command, { ...(signal && { abortSignal: signal }) })
      .catch((error: unknown) => {
        throw refusal(error, {
          doing: `list ${place}`,
          needs: `s3:ListBucketMultipartUploads on arn:aws:s3:::${bucket}`,
          code: 'LIST_FAILED',
          signal,
        })
      })
    return {
      entries: (page.Uploads ?? []).map(({ Key, UploadId, Initiated }) => {
        if (Key === undefined || UploadId === undefined || Initiated === undefined) {
          throw incomplete(place, `an entry lacks its key, id or time (${Key ?? 'no key'})`)
        }
        return { key: plainKey(Key, page.EncodingType), uploadId: UploadId, initiated: Initiated }
      }),
      truncated: page.IsTruncated,
      next:
        page.IsTruncated && page.NextKeyMarker !== undefined && page.NextUploadIdMarker !== undefined
          ? JSON.stringify([plainKey(page.NextKeyMarker, page.EncodingType), page.NextUploadIdMarker])
          : undefined,
    }
  })
}
