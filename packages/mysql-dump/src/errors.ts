/** What went wrong with a dump; stable, so that callers may branch on it. */
export type MysqlDumpErrorCode =
  // what a .sql.gz turned out to be
  | 'EMPTY'
  | 'NOT_GZIP'
  | 'GZIP_CORRUPT'
  | 'GZIP_TRUNCATED'
  | 'TRAILING_GARBAGE'
  | 'NOT_A_DUMP'
  | 'SQL_TRUNCATED'
  | 'TRAILING_SQL'
  | 'TOO_SMALL'
  | 'TOO_FEW_TABLES'
  | 'TOO_MANY_OBJECTS'
  | 'OBJECTS_MISSING'
  | 'UNSUPPORTED_CHARSET'
  | 'ABANDONED'
  | 'INSPECTOR_FAILED'
  | 'MANIFEST_INVALID'
  // what a host or a server did while it was asked for a dump
  | 'ACCESS_DENIED'
  | 'BROKEN_EVENT'
  | 'BROKEN_VIEW'
  | 'COMPRESSOR_FAILED'
  | 'DATABASE_INVALID'
  | 'DUMP_FAILED'
  | 'DUMP_KILLED'
  | 'NO_COMPRESSOR'
  | 'NO_DUMP_CLIENT'
  | 'PRIVILEGE_MISSING'
  | 'SERVER_GONE'
  | 'SURVEY_FAILED'
  | 'TABLE_CHANGED'
  | 'UNKNOWN_DATABASE'
  // what happened when a dump was imported, or a database swapped
  | 'ADMIN_DENIED'
  | 'ADMIN_ELSEWHERE'
  | 'CODE_FAILED'
  | 'DATABASE_EXISTS'
  | 'DISK_FULL'
  | 'HOSTILE_STATEMENT'
  | 'IMPORT_FAILED'
  | 'LOCKED'
  | 'PACKET_TOO_LARGE'
  | 'SERVER_TOO_OLD'
  | 'SWAP_FAILED'
  | 'SWAP_REFUSED'
  | 'SWAP_RUNNING'
  | 'SWAP_UNFINISHED'

/** The one error of this package. The message says what failed, on what, and what was seen; `hint` says what to do. */
export class MysqlDumpError extends Error {
  static {
    this.prototype.name = 'MysqlDumpError'
  }
  readonly code: MysqlDumpErrorCode
  /** One imperative sentence for the person on call. */
  readonly hint: string | undefined
  constructor(
    code: MysqlDumpErrorCode,
    message: string,
    options: { readonly hint?: string; readonly cause?: unknown } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = code
    this.hint = options.hint
  }
}
