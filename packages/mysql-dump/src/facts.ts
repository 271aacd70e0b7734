/** A number of bytes and their SHA-256 in hexadecimal. */
export interface Digest {
  readonly bytes: number
  readonly sha256: string
}

/** The rows of one table, as they stand in a dump. */
export interface TableFacts {
  readonly name: string
  readonly rows: number
  /** Of the row tuples alone, without what stands between them. */
  readonly bytes: number
  /**
   * Of each row tuple as it stands in the dump, followed by a comma and a line feed: equal for two dumps of the same rows
   * in the same order, however the rows are grouped into INSERT statements.
   */
  readonly sha256: string
}

/** A stored routine; packages are those of MariaDB's sql_mode=ORACLE. */
export interface RoutineFacts {
  readonly name: string
  readonly type: 'procedure' | 'function' | 'package' | 'package body'
}

/** A position in the server's binary log. */
export interface BinlogPosition {
  readonly file: string
  readonly position: number
}

/** What the SQL of a dump holds. Lists are in the order of the dump; several databases' names are told apart as `db.name`. */
export interface SqlFacts {
  /** The server that was dumped, as the header says: `10.11.19-MariaDB-0+deb12u1`. */
  readonly server: { readonly version: string }
  /** The program that made the dump, as the header says: `10.11.19-MariaDB`. */
  readonly client: { readonly version: string }
  /** Base tables; a table with no rows is listed too. */
  readonly tables: readonly TableFacts[]
  readonly views: readonly string[]
  readonly triggers: readonly string[]
  readonly routines: readonly RoutineFacts[]
  readonly events: readonly string[]
  readonly sequences: readonly string[]
  /** What the importing server's max_allowed_packet must hold. */
  readonly longestStatementBytes: number
  /** Collations that the dump names, sorted: the importing server must know them all. */
  readonly collations: readonly string[]
  /** Accounts that objects are defined by, as `user@host`, sorted. */
  readonly definers: readonly string[]
  /** Where the server's binary log stood, when the dump says so. */
  readonly binlog?: BinlogPosition
}

/** All that was seen while a whole dump passed. */
export interface DumpFacts extends SqlFacts {
  /** The gzip stream, byte by byte as it passed. */
  readonly object: Digest
  /** What it decompresses to. */
  readonly sql: Digest
}
