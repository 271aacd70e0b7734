import { S3Error } from './errors.ts'
import { headObject } from './head-object.ts'
import { type ObjectStore, urlOf } from './object-store.ts'
import { openObject } from './open-object.ts'

/**
 * A small object's bytes, verified like those of `openObject`. Rejects with TOO_LARGE before it reads anything of an object
 * larger than `maxBytes`, and with NOT_FOUND when there is none.
 */
export async function readBytes(
  store: ObjectStore,
  key: string,
  options: { readonly maxBytes: number; readonly sha256?: string; readonly signal?: AbortSignal | undefined },
): Promise<Buffer> {
  const head = await headObject(store, key, { signal: options.signal })
  if (!head) throw new S3Error('NOT_FOUND', `there is no ${urlOf(store, key)}`)
  if (head.bytes > options.maxBytes)
    throw new S3Error(
      'TOO_LARGE',
      `${urlOf(store, key)} has ${head.bytes} bytes, more than the ${options.maxBytes} it may have`,
    )
  const chunks: Buffer[] = []
  const { sha256, signal } = options
  for await (const chunk of openObject(store, key, {
    bytes: head.bytes,
    signal,
    ...(sha256 !== undefined && { sha256 }),
  }))
    chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
