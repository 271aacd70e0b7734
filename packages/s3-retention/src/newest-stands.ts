import { HeadObjectCommand } from '@aws-sdk/client-s3'
import { S3RetentionError } from './errors.ts'
import type { Backup } from './list-backups.ts'
import { type Proof, prove } from './prove.ts'
import { readManifest } from './read-manifest.ts'
import { isMissing, refusal } from './refusal.ts'
import { type BackupStore, s3Url } from './store.ts'

/**
 * Proves the backup on which a plan's removals rest once more, in the bucket as it is now: between deciding and doing,
 * another run may have begun to replace it. Rejects with STALE_PLAN when it is not proven any more.
 */
export async function newestStands(
  store: BackupStore,
  newest: Backup,
  signal: AbortSignal | undefined,
): Promise<void> {
  const bytes = await sizeOf(store, newest.key, signal)
  if (bytes === undefined) throw stale(store, newest, 'gone')
  const read = await readManifest(store, newest.manifestKey, signal)
  const proof: Proof =
    'text' in read ? prove({ key: newest.key, bytes }, read.text) : { proven: false, why: read.why }
  if (!proof.proven) throw stale(store, newest, `not proven now: ${proof.why}`)
}

async function sizeOf(
  store: BackupStore,
  key: string,
  signal: AbortSignal | undefined,
): Promise<number | undefined> {
  try {
    const command = new HeadObjectCommand({ Bucket: store.bucket, Key: key })
    const { ContentLength } = await store.client.send(command, { ...(signal && { abortSignal: signal }) })
    return ContentLength
  } catch (error) {
    if (isMissing(error)) return undefined
    throw refusal(error, {
      doing: `look at ${s3Url(store, key)}`,
      needs: `s3:GetObject on arn:aws:s3:::${store.bucket}/${store.prefix}*`,
      code: 'READ_FAILED',
      signal,
    })
  }
}

function stale(store: BackupStore, newest: Backup, why: string): S3RetentionError {
  return new S3RetentionError(
    'STALE_PLAN',
    `nothing was removed: the plan relies on ${s3Url(store, newest.key)} as the newest proven dump, but it is ${why}`,
    { hint: 'Look at what is in the bucket, and plan again from a new listing.' },
  )
}
