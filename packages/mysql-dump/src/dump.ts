import { PassThrough, pipeline, type Readable, Transform } from 'node:stream'
import type { Database, DumpShell } from './database.ts'
import { explainFailure } from './dump-failure.ts'
import { dumpScript } from './dump-script.ts'
import { MysqlDumpError } from './errors.ts'
import type { DumpFacts } from './facts.ts'
import { inspect } from './inspect.ts'
import { optionsFile } from './options-file.ts'
import type { Survey } from './survey.ts'
import { refusal, shortfall } from './whole.ts'

/** The gzip of a dump. It ends only when the dump was proven whole; destroying it ends the commands on the host. */
export interface DumpStream extends Readable {
  /** What was seen of the dump while it streamed. Settles when the stream ends or fails; nobody needs to wait for it. */
  readonly facts: Promise<DumpFacts>
}

export interface DumpOptions {
  /** What `survey` found, a moment ago, with the same shell and database. */
  readonly survey: Survey
  /** A smaller gzip is a failure (TOO_SMALL). @default 0 */
  readonly minBytes?: number
  /** Fewer tables are a failure (TOO_FEW_TABLES): an empty database. @default 0 */
  readonly minTables?: number
  /** A dump that gives nothing for so long has failed: it waits for a lock, or hangs. @default 10 minutes */
  readonly idleTimeoutMs?: number
  /** Told how many bytes of gzip have passed so far. */
  readonly onProgress?: (bytes: number) => void
  readonly signal?: AbortSignal
}

/**
 * Dumps a database on the host behind the shell and compresses it there. The stream ends only when the dump client and the
 * compressor exited with 0, gzip's checksum held, the SQL stood whole with its trailer last, the floors held, and nothing that
 * the survey saw was left out. Anything else is an error: of the host in an operator's words, of the shell as it is.
 * When the survey found that something would be missing, nothing is started.
 */
export function dump(shell: DumpShell, database: Database, options: DumpOptions): DumpStream {
  const { survey, minBytes = 0, minTables = 0, idleTimeoutMs = 600_000, onProgress, signal } = options
  const facts = Promise.withResolvers<DumpFacts>()
  facts.promise.catch(() => {}) // the stream tells the same
  const inspector = inspect({ minBytes, minTables, ...(signal && { signal }) })

  let passed = 0
  const proven = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      passed += chunk.length
      onProgress?.(passed)
      done(null, chunk)
    },
    flush(done) {
      inspector.facts.then((seen) => {
        const lack = shortfall(survey, seen, database)
        if (lack) return done(lack)
        facts.resolve(seen)
        done()
      }, done)
    },
  })
  // A consumer may first have something else to wait for: it then still finds the error, and the process does not die of it.
  proven.on('error', facts.reject)

  try {
    const refused = refusal(survey, database)
    if (refused) throw refused
    const source = shell.read(dumpScript(survey, database), {
      input: optionsFile(database),
      name: `the dump of ${database.name}`,
      idleTimeoutMs,
      ...(signal && { signal }),
    })
    pipeline(inWords(source, database), inspector, proven, (error) => {
      const abandoned = new MysqlDumpError(
        'ABANDONED',
        `the dump of ${database.name} was given up before its end`,
      )
      facts.reject(error && error.code !== 'ERR_STREAM_PREMATURE_CLOSE' ? error : abandoned)
    })
  } catch (error) {
    // Whatever is wrong is told by the stream, and by it alone.
    proven.destroy(error as Error)
    inspector.destroy()
  }
  return Object.assign(proven, { facts: facts.promise })
}

// A pipeline would tell its other streams of the source's error before anybody could put it in words.
function inWords(source: Readable, database: Database): Readable {
  const told = new PassThrough()
  source.on('error', (error) => told.destroy(explainFailure(error, database, 'dump') as Error))
  source.on('close', () => {
    if (!source.readableEnded) told.destroy(new Error('the dump was closed before its end'))
  })
  told.on('close', () => source.destroy())
  return source.pipe(told)
}
