import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { S3Error } from './errors.ts'
import { type ObjectStore, urlOf } from './object-store.ts'
import { type Tally, tally } from './tally.ts'

/** Larger chunks make lib-storage keep more than it sends. */
const PIECE = 256 * 1024

/** A source on its way: what lib-storage reads, and what is known once the source has ended whole. */
export interface Metered {
  readonly meter: Readable
  /** Resolves when the source has ended and closed without any error; rejects otherwise. */
  readonly whole: Promise<Tally>
}

/**
 * Counts and hashes a source. `failed` is aborted with the first thing that goes wrong with it; when `failed` is aborted, the source is destroyed, so
 * that nobody waits for one that has stalled.
 * @param capacity the most bytes that may come
 */
export function metered(
  store: ObjectStore,
  key: string,
  body: Readable,
  capacity: number,
  failed: AbortController,
): Metered {
  const seen = tally()
  const url = urlOf(store, key)
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen.add(chunk)
      if (seen.bytes > capacity) {
        done(
          new S3Error(
            'TOO_LARGE',
            `the stream for ${url} is larger than the ${capacity} bytes its parts can carry`,
            {
              hint: 'Give a larger expectedBytes, so that larger parts are chosen.',
            },
          ),
        )
        return
      }
      for (let at = 0; at < chunk.length; at += PIECE) this.push(chunk.subarray(at, at + PIECE))
      done()
    },
    flush(done) {
      if (seen.bytes > 0) done()
      else
        done(
          new S3Error('EMPTY_BODY', `the stream for ${url} ended without a single byte`, {
            hint: 'Look at what produces the stream: an empty object would not be a backup.',
          }),
        )
    },
  })
  const fail = (error: unknown): void => {
    const early = (error as NodeJS.ErrnoException | undefined)?.code === 'ERR_STREAM_PREMATURE_CLOSE'
    failed.abort(
      early
        ? new S3Error(
            'SOURCE_CLOSED',
            `the stream for ${url} was closed before its end, after ${seen.bytes} bytes`,
            { cause: error },
          )
        : error,
    )
  }
  if (body.errored) fail(body.errored)
  // Before anyone else's listeners: lib-storage must not be the first to know.
  body.on('error', fail)
  meter.on('error', fail)
  failed.signal.addEventListener('abort', () => meter.destroy(failed.signal.reason as Error), { once: true })
  const whole = pipeline(body, meter).then(() => seen.result())
  whole.catch(fail)
  return { meter, whole }
}
