import type { Database, DumpShell } from './database.ts'
import { explainFailure } from './dump-failure.ts'
import type { MissingPrivilege } from './missing-privileges.ts'
import { optionsFile } from './options-file.ts'
import { readSurvey } from './read-survey.ts'
import { surveyScript } from './survey-script.ts'

/** What a host has to make a dump with, and what there is to dump, as far as this user sees it. */
export interface Survey {
  /** The dump client: its path on the host, what it says of itself, and those options of ours that it knows. */
  readonly client: { readonly command: string; readonly version: string; readonly flags: readonly string[] }
  /** The fastest maker of gzip that was seen to work. */
  readonly compressor: {
    readonly name: string
    readonly path: string
    readonly level: string
    /** To show: `igzip -3`. */
    readonly command: string
  }
  readonly server: { readonly version: string }
  /** The database's own default, which no dump of a single database tells. */
  readonly collation: string
  /** The server's estimate of the tables' data in bytes, without indexes: to choose a part size by, and not more. */
  readonly dataBytes: number
  readonly tables: number
  readonly views: number
  readonly triggers: number
  /** Procedures, functions, and packages and their bodies. */
  readonly routines: number
  readonly events: number
  readonly sequences: number
  /** Tables that no transaction covers (MyISAM, Aria): in a dump of a busy server they may be of another moment. */
  readonly nonTransactional: readonly string[]
  /** Views that the server cannot read, and what it says of each. A dump stops at the first. */
  readonly brokenViews: readonly { readonly name: string; readonly why: string }[]
  /** Columns of type FLOAT, as `table.column`: a dump carries six digits of them. DOUBLE and DECIMAL come whole. */
  readonly floatColumns: readonly string[]
  /** Events whose body holds `;;`: over them the dump client runs for ever (seen with mariadb-dump 10.11). */
  readonly brokenEvents: readonly string[]
  /** Bytes. */
  readonly maxAllowedPacket: number
  /** After so many seconds without a reader the server drops the dump's connection (SERVER_GONE). */
  readonly netWriteTimeoutSeconds: number
  /** Whether the dump can note its binary log position: the log is on, and the server tells it without more rights. */
  readonly binlog: boolean
  /** Whether the history of system versioned tables can be dumped, and there is one. */
  readonly history: boolean
  /** Whether a column takes its default from a sequence: such a table cannot be filled under LOCK TABLES. */
  readonly sequenceDefaults: boolean
  /** What the user lacks for a whole dump; empty is what is needed. */
  readonly missing: readonly MissingPrivilege[]
}

/**
 * Looks at a host and a database before a dump, in one command that changes nothing.
 * Rejects with NO_DUMP_CLIENT, NO_COMPRESSOR, ACCESS_DENIED, UNKNOWN_DATABASE, PRIVILEGE_MISSING (nothing of it may be seen at
 * all), SERVER_GONE, DATABASE_INVALID or SURVEY_FAILED; failures of the shell itself come through as they are.
 */
export async function survey(
  shell: DumpShell,
  database: Database,
  options: { readonly signal?: AbortSignal } = {},
): Promise<Survey> {
  const input = optionsFile(database)
  let answer: { readonly stdout: string }
  try {
    answer = await shell.run(surveyScript(database), {
      input,
      name: `the survey of ${database.name}`,
      // The look itself takes a second; a host whose disk hangs answers keepalives all the same.
      idleTimeoutMs: 120_000,
      ...options,
    })
  } catch (error) {
    throw explainFailure(error, database, 'survey')
  }
  return readSurvey(answer.stdout, database)
}
