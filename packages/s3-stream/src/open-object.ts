import { GetObjectCommand } from '@aws-sdk/client-s3'
import { once } from 'node:events'
import { PassThrough, type Readable } from 'node:stream'
import { S3Error } from './errors.ts'
import { explain } from './explain.ts'
import { headObject, type ObjectHead } from './head-object.ts'
import { type ObjectStore, urlOf } from './object-store.ts'
import { interrupted, request } from './request.ts'
import { checksumOf } from './full-checksum.ts'
import { tally, type Tally } from './tally.ts'

export interface OpenOptions {
  /** The size it must have. */
  readonly bytes?: number
  /** Hex; the SHA-256 it must have. */
  readonly sha256?: string
  /** How often in a row, without one more byte, a body that was cut is gone on with. @default 10 */
  readonly resumes?: number
  readonly signal?: AbortSignal | undefined
}

/**
 * An object's bytes, as a stream that ends only when it was whole: the size that S3 tells (and `bytes`), S3's checksum of
 * the whole object where it has one, and `sha256` all hold. A body that is cut is gone on with from the byte where it broke, of the
 * same version of the object or not at all. Fails with NOT_FOUND, TRUNCATED, CHECKSUM_MISMATCH, ABORTED, ACCESS_DENIED …
 */
export function openObject(store: ObjectStore, key: string, options: OpenOptions = {}): Readable {
  const out = new PassThrough()
  const stop = new AbortController()
  const onAbort = (): void => stop.abort(options.signal?.reason)
  if (options.signal?.aborted) onAbort()
  else options.signal?.addEventListener('abort', onAbort, { once: true })
  out.once('close', () => {
    options.signal?.removeEventListener('abort', onAbort)
    stop.abort(new Error('the stream was closed'))
  })
  copy(store, key, options, out, stop.signal).then(
    () => out.end(),
    (error: unknown) => out.destroy(error instanceof Error ? error : new Error(String(error))),
  )
  return out
}

async function copy(
  store: ObjectStore,
  key: string,
  options: OpenOptions,
  out: PassThrough,
  signal: AbortSignal,
): Promise<void> {
  const head = await headObject(store, key, { signal })
  if (!head) throw new S3Error('NOT_FOUND', `there is no ${urlOf(store, key)}`)
  if (options.bytes !== undefined && head.bytes !== options.bytes)
    throw new S3Error(
      'TRUNCATED',
      `${urlOf(store, key)} has ${head.bytes} bytes, not the ${options.bytes} it should have`,
    )
  const seen = tally()
  const checksum = checksumOf(head.checksum?.algorithm)
  for (let cuts = 0; seen.bytes < head.bytes; cuts += 1) {
    const before = seen.bytes
    try {
      for await (const chunk of await bodyFrom(store, head, seen.bytes, signal)) {
        const data = chunk as Buffer
        seen.add(data)
        checksum?.add(data)
        if (!out.write(data)) await once(out, 'drain', { signal })
      }
      if (seen.bytes < head.bytes)
        throw new Error(`the body ended after ${seen.bytes} of ${head.bytes} bytes`)
    } catch (error) {
      if (signal.aborted) throw interrupted(signal, `reading ${urlOf(store, key)}`)
      if (error instanceof S3Error && error.code !== 'UNREACHABLE') throw error
      if (seen.bytes > before) cuts = 0
      if (cuts >= (options.resumes ?? 10))
        throw new S3Error(
          'TRUNCATED',
          `${urlOf(store, key)} broke off at byte ${seen.bytes} of ${head.bytes}, ${cuts + 1} times over`,
          {
            hint: 'Check the network between here and S3, then run it again.',
            cause: explain(error, 'GetObject', store, key),
          },
        )
    }
  }
  verify(store, head, seen.result(), checksum?.result(), options)
}

async function bodyFrom(
  store: ObjectStore,
  head: ObjectHead,
  from: number,
  signal: AbortSignal,
): Promise<Readable> {
  const { Body } = await request('GetObject', store, head.key, signal, (how) =>
    // Always a range: the SDK then leaves the checksum to us, and goes on the same way after a cut.
    store.client.send(
      new GetObjectCommand({
        Bucket: store.bucket,
        Key: head.key,
        Range: `bytes=${from}-`,
        ...(head.etag !== '' && { IfMatch: head.etag }),
      }),
      how,
    ),
  ).catch((error: unknown) => {
    if (error instanceof S3Error && error.code === 'EXISTS')
      throw new S3Error(
        'TRUNCATED',
        `${urlOf(store, head.key)} was replaced by another object while it was read`,
        {
          hint: 'Run it again, when no backup is being written.',
          cause: error.cause,
        },
      )
    throw error
  })
  return Body as Readable
}

function verify(
  store: ObjectStore,
  head: ObjectHead,
  seen: Tally,
  checksum: string | undefined,
  options: OpenOptions,
): void {
  const url = urlOf(store, head.key)
  const hint = 'Do not use it: restore from another backup, and find out who changed this one.'
  if (seen.bytes !== head.bytes)
    throw new S3Error('TRUNCATED', `${url} gave ${seen.bytes} bytes, not the ${head.bytes} that S3 tells`, {
      hint,
    })
  if (head.checksum && checksum !== undefined && checksum !== head.checksum.value)
    throw new S3Error(
      'CHECKSUM_MISMATCH',
      `${url} has the ${head.checksum.algorithm} ${checksum}, not ${head.checksum.value} that S3 keeps`,
      { hint },
    )
  if (options.sha256 !== undefined && seen.sha256 !== options.sha256.toLowerCase())
    throw new S3Error('CHECKSUM_MISMATCH', `${url} has the SHA-256 ${seen.sha256}, not ${options.sha256}`, {
      hint,
    })
}
