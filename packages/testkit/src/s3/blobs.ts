import { openSync, readSync, rmSync, closeSync, mkdtempSync, write } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Refusal } from './errors.ts'

const writeAt = promisify(write)

/** Bytes that were stored. */
export interface Blob {
  readonly bytes: number
  /** The bytes from `start` to before `end`. Throws NotImplemented where they were discarded. */
  slice(start: number, end: number): Buffer
}

export interface BlobWriter {
  write(chunk: Buffer): Promise<void>
  done(): Blob
}

export interface BlobStore {
  /** `bytes` is how many will be written at most. */
  writer(bytes: number): BlobWriter
  close(): void
}

/** Keeps what is uploaded in memory, in one nameless temporary file, or not at all. */
export function blobStore(kind: 'memory' | 'disk' | 'discard'): BlobStore {
  if (kind === 'memory') return { writer: memoryWriter, close: () => {} }
  if (kind === 'discard') return { writer: discardingWriter, close: () => {} }
  return diskStore()
}

function memoryWriter(): BlobWriter {
  const chunks: Buffer[] = []
  return {
    write: (chunk) => {
      chunks.push(chunk)
      return Promise.resolve()
    },
    done: () => {
      const whole = Buffer.concat(chunks)
      return { bytes: whole.length, slice: (start, end) => whole.subarray(start, end) }
    },
  }
}

function discardingWriter(): BlobWriter {
  let bytes = 0
  return {
    write: (chunk) => {
      bytes += chunk.length
      return Promise.resolve()
    },
    done: () => ({
      bytes,
      slice: () => {
        throw new Refusal('NotImplemented', 'this server was started to keep no data')
      },
    }),
  }
}

function diskStore(): BlobStore {
  // Unlinked at once: the data goes with the process, however that ends.
  const dir = mkdtempSync(join(tmpdir(), 'raxx-s3-'))
  const file = openSync(join(dir, 'blobs'), 'w+')
  rmSync(dir, { recursive: true })
  let free = 0
  return {
    writer(bytes) {
      const start = free
      free += bytes
      let written = 0
      return {
        async write(chunk) {
          await writeAt(file, chunk, 0, chunk.length, start + written)
          written += chunk.length
        },
        done: () => ({
          bytes: written,
          slice: (from, to) => {
            const buffer = Buffer.alloc(to - from)
            readSync(file, buffer, 0, buffer.length, start + from)
            return buffer
          },
        }),
      }
    },
    close: () => closeSync(file),
  }
}

/** The bytes of several blobs as if they were one, in pieces of at most 1 MiB. */
export function* readBlobs(blobs: readonly Blob[], start: number, end: number): Generator<Buffer> {
  let offset = 0
  for (const blob of blobs) {
    const from = Math.max(start - offset, 0)
    const to = Math.min(end - offset, blob.bytes)
    for (let at = from; at < to; at += 1_048_576) yield blob.slice(at, Math.min(at + 1_048_576, to))
    offset += blob.bytes
  }
}
