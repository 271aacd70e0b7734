import { createGunzip } from 'node:zlib'
import { MysqlDumpError } from './errors.ts'

/** Decompresses gzip in pieces and accepts nothing that is not wholly gzip. */
export interface Gunzip {
  /** Resolves once the piece is decompressed; rejects with the first error. One at a time. */
  write(piece: Uint8Array): Promise<void>
  /** Resolves when all members were whole and every byte belonged to one. */
  end(): Promise<void>
}

const OUTPUT_BYTES = 256 * 1024
const MAGIC = [0x1f, 0x8b]

/**
 * @param onOutput gets what was decompressed, while the next piece is being decompressed on another thread; what it throws
 *   is the error. A piece of gzip may give much output: it comes in pieces of at most 256 KiB.
 */
export function gunzip(onOutput: (output: Buffer) => void): Gunzip {
  const engine = createGunzip({ chunkSize: OUTPUT_BYTES })
  const outcome = Promise.withResolvers<void>()
  outcome.promise.catch(() => {})
  let fed = 0
  let output = 0
  let ending = false
  let refused = false // by the reader

  engine.on('data', (piece: Buffer) => {
    output += piece.length
    // On the next tick the engine has gone on with the next piece: two cores are used where there are two.
    process.nextTick(() => {
      if (refused) return
      try {
        onOutput(piece)
      } catch (error) {
        refused = true
        outcome.reject(error)
        engine.destroy()
      }
    })
  })
  engine.on('error', (error: NodeJS.ErrnoException) => outcome.reject(explain(error, output)))
  engine.on('end', () => {
    // Node ignores zero bytes after the last member (zlib's "trailing zero bytes are okay"): only the count tells.
    const unread = fed - engine.bytesWritten
    if (!ending || unread > 0) outcome.reject(garbage())
    else outcome.resolve()
  })

  return {
    async write(piece) {
      if (piece.byteLength === 0) return
      const magic = MAGIC.slice(fed, 2)
      if (magic.some((byte, index) => index < piece.byteLength && piece[index] !== byte)) {
        engine.destroy(notGzip())
      }
      fed += piece.byteLength
      const { promise, resolve } = Promise.withResolvers<void>()
      // The callback of a failed write, and of one that stops at garbage, may never be called: the outcome tells.
      engine.write(piece, (error) => {
        if (!error) resolve()
      })
      await Promise.race([promise, outcome.promise])
      if (refused) await outcome.promise
    },
    end() {
      ending = true
      engine.end()
      return outcome.promise
    },
  }
}

function explain(error: NodeJS.ErrnoException, output: number): Error {
  if (error instanceof MysqlDumpError || !error.code?.startsWith('Z_')) return error
  if (error.code === 'Z_BUF_ERROR') {
    return new MysqlDumpError('GZIP_TRUNCATED', `the gzip stream ends early, after ${output} bytes of SQL`, {
      hint: 'Take the dump again: the compressor or its connection ended early.',
      cause: error,
    })
  }
  // The magic bytes of the first member were checked, so this is what stands where a second one would.
  if (error.message === 'incorrect header check') return garbage(error)
  return new MysqlDumpError(
    'GZIP_CORRUPT',
    `the gzip stream is corrupt after ${output} bytes of SQL: ${error.message}`,
    {
      hint: 'Do not use this dump; take it again, or restore another.',
      cause: error,
    },
  )
}

function garbage(cause?: Error): MysqlDumpError {
  return new MysqlDumpError('TRAILING_GARBAGE', 'bytes that are not gzip follow the end of the gzip stream', {
    hint: 'Take the dump again, and let nothing but the compressor write to the stream.',
    ...(cause && { cause }),
  })
}

function notGzip(): MysqlDumpError {
  return new MysqlDumpError('NOT_GZIP', 'the data does not begin as gzip begins (1f 8b)', {
    hint: 'Check that the dump went through gzip, igzip or pigz, and that nothing else wrote to its stdout.',
  })
}
