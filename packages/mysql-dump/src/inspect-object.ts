import { createHash } from 'node:crypto'
import { MysqlDumpError } from './errors.ts'
import type { DumpFacts } from './facts.ts'
import { gunzip } from './gunzip.ts'
import { inspectSql } from './inspect-sql.ts'

/** What a dump must at least be. */
export interface DumpFloors {
  /** A smaller gzip stream is an error, `TOO_SMALL`. @default 0 */
  readonly minBytes?: number
  /** Fewer base tables are an error, `TOO_FEW_TABLES`. @default 0 */
  readonly minTables?: number
}

/** Reads a .sql.gz in pieces, cut anywhere. */
export interface ObjectInspector {
  /** Resolves once the piece is read; rejects as soon as this cannot be a whole dump. One at a time. */
  write(piece: Uint8Array): Promise<void>
  /** Resolves with what was seen when the dump is whole and above the floors. */
  end(): Promise<DumpFacts>
}

/** The whole inspection, on the thread that calls it; `inspect` runs it on one of its own. */
export function inspectObject(floors: DumpFloors = {}): ObjectInspector {
  const objectHash = createHash('sha256')
  const sqlHash = createHash('sha256')
  const sql = inspectSql()
  let objectBytes = 0
  let sqlBytes = 0
  const unzip = gunzip((piece) => {
    sqlBytes += piece.length
    sqlHash.update(piece)
    sql.write(piece)
  })

  return {
    write(piece) {
      objectBytes += piece.byteLength
      objectHash.update(piece)
      return unzip.write(piece)
    },
    async end() {
      if (objectBytes === 0) throw empty('no byte came')
      await unzip.end()
      if (sqlBytes === 0) throw empty(`the gzip stream of ${objectBytes} bytes holds nothing`)
      const facts = sql.end()
      checkFloors(objectBytes, facts.tables.length, floors)
      return {
        object: { bytes: objectBytes, sha256: objectHash.digest('hex') },
        sql: { bytes: sqlBytes, sha256: sqlHash.digest('hex') },
        ...facts,
      }
    },
  }
}

const HINT_DATA =
  'Check that the database has data (SELECT COUNT(*) FROM freescout.users); if it is empty, rebuild it from a snapshot.'

function checkFloors(bytes: number, tables: number, { minBytes = 0, minTables = 0 }: DumpFloors): void {
  if (bytes < minBytes) {
    const seen = `the dump has ${bytes} bytes, fewer than the ${minBytes} expected`
    throw new MysqlDumpError('TOO_SMALL', `S3 object too small: ${seen}`, { hint: HINT_DATA })
  }
  if (tables < minTables) {
    const seen = `the dump has ${tables} tables, fewer than the ${minTables} expected`
    throw new MysqlDumpError('TOO_FEW_TABLES', seen, { hint: HINT_DATA })
  }
}

function empty(seen: string): MysqlDumpError {
  return new MysqlDumpError('EMPTY', `the dump is empty: ${seen} (S3 object too small)`, {
    hint: 'Check that the dump program runs on the host and may read the database.',
  })
}
