import { complaints, errorNumber } from './complaints.ts'
import type { Database } from './database.ts'
import { DUMP_EXIT } from './dump-script.ts'
import { MysqlDumpError, type MysqlDumpErrorCode } from './errors.ts'
import { account } from './grant-words.ts'
import { SERVER_ERRORS } from './server-errors.ts'
import { SURVEY_EXIT } from './survey-script.ts'

interface Verdict {
  readonly code: MysqlDumpErrorCode
  readonly message: string
  readonly hint: string
}

/**
 * Says in an operator's words why a command on the host failed. Only what the clients say of errors is kept of their stderr:
 * rows never get here. A failure that is the shell's own (a lost connection) comes back as it is.
 */
export function explainFailure(error: unknown, database: Database, doing: 'dump' | 'survey'): unknown {
  const failure = error as
    | { code?: unknown; exitCode?: unknown; stderr?: unknown; signal?: unknown }
    | undefined
  const exitCode = typeof failure?.exitCode === 'number' ? failure.exitCode : undefined
  const signal = typeof failure?.signal === 'string' ? failure.signal : undefined
  // A failure that is not the command's own tells nothing of its stderr, which may hold rows, or what was typed in.
  const commandEnded = exitCode !== undefined || signal !== undefined || failure?.code === 'EXIT_UNKNOWN'
  if (!commandEnded) return error
  const said = complaints(typeof failure?.stderr === 'string' ? failure.stderr : '')
  const verdict =
    (doing === 'dump' ? byDumpExit(exitCode) : bySurveyExit(exitCode)) ??
    bySaying(said, database) ??
    bySignal(exitCode, signal, doing) ??
    unknown(exitCode, doing, database)
  const message = [verdict.message, ...said.slice(0, 1)].join(': ')
  return new MysqlDumpError(verdict.code, [message, ...said.slice(1)].join('; '), { hint: verdict.hint })
}

function bySurveyExit(exitCode: number | undefined): Verdict | undefined {
  const hint = 'Install it on the host: apt-get install mariadb-client'
  if (exitCode === SURVEY_EXIT.noDumpClient) {
    return { code: 'NO_DUMP_CLIENT', message: 'the host has neither mariadb-dump nor mysqldump', hint }
  }
  if (exitCode === SURVEY_EXIT.noClient) {
    return { code: 'NO_DUMP_CLIENT', message: 'the host has neither mariadb nor mysql, the client', hint }
  }
  if (exitCode !== SURVEY_EXIT.noCompressor) return undefined
  return {
    code: 'NO_COMPRESSOR',
    message: 'the host has no igzip, pigz or gzip that works',
    hint: 'Install one on the host: apt-get install isal, or gzip',
  }
}

function byDumpExit(exitCode: number | undefined): Verdict | undefined {
  if (exitCode !== DUMP_EXIT.compressorFailed) return undefined
  return {
    code: 'COMPRESSOR_FAILED',
    message: 'the compressor failed on the host',
    hint: 'Look at the memory of the host (dmesg tells of processes that were killed), and run again.',
  }
}

function bySaying(said: readonly string[], database: Database): Verdict | undefined {
  const numbers = said.flatMap((line) => errorNumber(line) ?? [])
  const found = numbers.flatMap((n) => SERVER_ERRORS.find((known) => known.numbers.includes(n)) ?? [])[0]
  if (found) return { code: found.code, message: found.message(database), hint: found.hint(database) }
  if (!said.some((line) => line.includes('insufficient privileges'))) return undefined
  return {
    code: 'PRIVILEGE_MISSING',
    message: `${database.user} cannot read the code of ${database.name}`,
    hint: `As an administrator of the server: GRANT SELECT ON mysql.proc TO ${account(`${database.user}@localhost`)};`,
  }
}

function bySignal(
  exitCode: number | undefined,
  signal: string | undefined,
  doing: string,
): Verdict | undefined {
  if (
    signal === undefined &&
    (exitCode === undefined || (exitCode < 129 && exitCode !== DUMP_EXIT.statusUnknown))
  ) {
    return undefined
  }
  const how =
    signal ?? (exitCode === DUMP_EXIT.statusUnknown ? 'nobody knows how' : `signal ${Number(exitCode) - 128}`)
  return {
    code: 'DUMP_KILLED',
    message: `the ${doing} was killed on the host (${how})`,
    hint: 'Look whether the host ran out of memory (dmesg, journalctl -k) or somebody ended it, and run again.',
  }
}

function unknown(exitCode: number | undefined, doing: 'dump' | 'survey', { name }: Database): Verdict {
  return {
    code: doing === 'dump' ? 'DUMP_FAILED' : 'SURVEY_FAILED',
    message:
      exitCode === undefined
        ? `the ${doing} of ${name} ended on the host, and nobody knows how`
        : `the ${doing} of ${name} failed with exit code ${exitCode}`,
    hint: 'Run the same again; if it stays, run mariadb-dump by hand on the host and read what it says.',
  }
}
