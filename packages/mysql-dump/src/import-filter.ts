import { Readable } from 'node:stream'
import { gunzip } from './gunzip.ts'
import type { HeldBack, HoldBack } from './hold-back.ts'

interface FilterOptions {
  readonly onSend: (to: (bytes: Uint8Array) => void) => void
  readonly onBytes: (bytes: number) => void
  readonly onEnd: (held: HeldBack) => void
}

/** What is to be sent of a gzipped dump, as a stream: pulled piece by piece, so that memory holds a few pieces of either. */
export function sendable(
  source: AsyncIterable<Uint8Array>,
  filter: HoldBack,
  { onSend, onBytes, onEnd }: FilterOptions,
): Readable {
  return Readable.from(pieces(), { objectMode: false })

  async function* pieces(): AsyncGenerator<Buffer> {
    let ready: Uint8Array[] = []
    onSend((bytes) => ready.push(bytes))
    const unzip = gunzip((piece) => filter.write(piece))
    let read = 0
    for await (const piece of source) {
      // A megabyte of gzip may be a gigabyte of SQL.
      for (let at = 0; at < piece.byteLength; at += 16_384) {
        await unzip.write(piece.subarray(at, at + 16_384))
        if (ready.length === 0) continue
        yield Buffer.concat(ready)
        ready = []
      }
      onBytes((read += piece.byteLength))
    }
    await unzip.end()
    onEnd(filter.end())
    if (ready.length > 0) yield Buffer.concat(ready)
  }
}
