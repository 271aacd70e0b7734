import { extname } from 'node:path'
import { Transform, type TransformCallback } from 'node:stream'
import { Worker } from 'node:worker_threads'
import { MysqlDumpError } from './errors.ts'
import type { DumpFacts } from './facts.ts'
import type { InspectReport, InspectRequest } from './inspect-messages.ts'
import type { DumpFloors } from './inspect-object.ts'

/** @see inspect */
export interface InspectOptions extends DumpFloors {
  /** Destroys the stream when aborted. */
  readonly signal?: AbortSignal
}

/** Passes bytes on unchanged while another thread reads them. */
export interface InspectStream extends Transform {
  /**
   * What was seen, once the whole dump has passed; rejects with the error that the stream was destroyed with. May be left
   * alone: it never counts as an unhandled rejection.
   */
  readonly facts: Promise<DumpFacts>
}

const IN_FLIGHT_BYTES = 1024 * 1024
const PIECE_BYTES = 256 * 1024

/**
 * Passes the bytes of a .sql.gz on unchanged, and ends only if they were a whole dump: gzip's checksum held, nothing followed
 * it, the SQL was that of mariadb-dump or mysqldump with its completion line as the last thing, and the floors held. Otherwise
 * the stream is destroyed with a `MysqlDumpError`. Decompressing, reading and hashing happen on a thread of its own, at most
 * 1 MiB behind; memory does not grow with the dump, nor with a statement or row of it.
 */
export function inspect(options: InspectOptions = {}): InspectStream {
  const { signal, minBytes, minTables } = options
  const facts = Promise.withResolvers<DumpFacts>()
  facts.promise.catch(() => {})
  let worker: Worker | undefined
  let inFlight = 0
  let waiting: (() => void) | undefined // of _transform, for room
  let finish: TransformCallback | undefined // of _flush, for the verdict

  function post(message: InspectRequest): void {
    worker ??= start()
    worker.ref()
    worker.postMessage(message, typeof message === 'string' ? [] : [message.buffer])
  }

  function start(): Worker {
    const floors: DumpFloors = {
      ...(minBytes !== undefined && { minBytes }),
      ...(minTables !== undefined && { minTables }),
    }
    // Beside this file, with its extension: .ts from source, .js when built, .cjs when bundled into an app.
    const file = new URL(`./inspect-worker${extname(import.meta.url)}`, import.meta.url)
    // Flags and environment of the process (a test runner's loader, say) are not for this thread.
    const thread = new Worker(file, {
      workerData: floors,
      execArgv: [],
      env: {},
      // A small young generation is collected often, and the buffers of read pieces with it.
      resourceLimits: { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 96 },
    })
    thread.on('message', onReport)
    thread.on('error', (error) => fail(`the inspecting thread failed: ${error.message}`, error))
    thread.on('exit', (code) => fail(`the inspecting thread ended with code ${code} before its verdict`))
    return thread
  }

  function fail(message: string, cause?: Error): void {
    if (worker === undefined) return
    stream.destroy(new MysqlDumpError('INSPECTOR_FAILED', message, cause && { cause }))
  }

  function onReport(report: InspectReport): void {
    if ('read' in report) {
      inFlight -= report.read
      // An idle stream keeps no process alive.
      if (inFlight === 0 && !finish) worker?.unref()
      if (inFlight < IN_FLIGHT_BYTES) proceed()
    } else if ('facts' in report) {
      facts.resolve(report.facts)
      void stop()
      finish?.()
    } else {
      const { code, message, hint, cause } = report.error
      stream.destroy(new MysqlDumpError(code, message, { ...(hint !== undefined && { hint }), cause }))
    }
  }

  function proceed(): void {
    const next = waiting
    waiting = undefined
    next?.()
  }

  async function stop(): Promise<void> {
    const thread = worker
    worker = undefined
    thread?.removeAllListeners()
    await thread?.terminate()
  }

  function send(chunk: Buffer, from: number, done: () => void): void {
    let at = from
    while (at < chunk.length && inFlight < IN_FLIGHT_BYTES) {
      // A copy, because the chunk goes on to the reader, and because a transfer would take its whole pool with it.
      const piece = new Uint8Array(chunk.subarray(at, at + PIECE_BYTES))
      at += piece.length
      inFlight += piece.length
      post(piece)
    }
    if (at < chunk.length) waiting = () => send(chunk, at, done)
    else if (inFlight < IN_FLIGHT_BYTES) done()
    else waiting = done
  }

  const stream = new Transform({
    ...(signal && { signal }),
    transform(chunk: Buffer, _encoding, callback) {
      send(chunk, 0, () => callback(null, chunk))
    },
    flush(callback) {
      finish = callback
      post('end')
    },
    destroy(error, callback) {
      facts.reject(error ?? new MysqlDumpError('ABANDONED', 'the dump was not read to its end'))
      stop().then(() => callback(error), callback)
    },
  })
  return Object.assign(stream, { facts: facts.promise })
}
