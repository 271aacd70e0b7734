import { GetObjectCommand } from '@aws-sdk/client-s3'
import { isMissing, refusal } from './refusal.ts'
import { type BackupStore, s3Url } from './store.ts'

/** A manifest larger than this is not read. One of ours is some hundred bytes a table. */
export const maxManifestBytes: number = 16 * 1024 * 1024

/** Why a dump without one is not proven. */
export const noManifest = 'no manifest'

/** A manifest's text, or why it proves nothing. Rejects when that could not be found out. */
export async function readManifest(
  store: BackupStore,
  key: string,
  signal: AbortSignal | undefined,
): Promise<{ readonly text: string } | { readonly why: string }> {
  try {
    signal?.throwIfAborted()
    const command = new GetObjectCommand({ Bucket: store.bucket, Key: key })
    const { Body } = await store.client.send(command, { ...(signal && { abortSignal: signal }) })
    const chunks: Uint8Array[] = []
    let bytes = 0
    for await (const chunk of (Body ?? []) as AsyncIterable<Uint8Array>) {
      bytes += chunk.length
      // Leaving the loop closes the connection: what is not wanted is not fetched.
      if (bytes > maxManifestBytes) return { why: tooLarge() }
      chunks.push(chunk)
    }
    return decode(Buffer.concat(chunks))
  } catch (error) {
    if (isMissing(error)) return { why: noManifest }
    throw refusal(error, {
      doing: `read ${s3Url(store, key)}`,
      needs: `s3:GetObject on arn:aws:s3:::${store.bucket}/${store.prefix}*, and kms:Decrypt on the key it is encrypted with`,
      code: 'READ_FAILED',
      signal,
    })
  }
}

export function tooLarge(): string {
  return `its manifest is larger than ${maxManifestBytes / 1024 / 1024} MiB`
}

function decode(bytes: Buffer): { readonly text: string } | { readonly why: string } {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }
  } catch {
    return { why: 'its manifest is not JSON' }
  }
}
