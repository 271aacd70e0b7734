import type { Database } from './database.ts'
import { DUMP_EXIT } from './dump-script.ts'
import { MysqlDumpError, type MysqlDumpErrorCode } from './errors.ts'
import { account, databasePlace } from './missing-privileges.ts'
import { SURVEY_EXIT } from './survey-script.ts'

interface Verdict {
  readonly code: MysqlDumpErrorCode
  readonly message: string
  readonly hint?: string
}

/**
 * Says in an operator's words why a command on the host failed. Only what the clients say of errors is kept of their stderr,
 * and little of it: rows never get here. A failure that is the shell's own (a lost connection) comes back as it is.
 */
export function explainFailure(error: unknown, database: Database, doing: 'dump' | 'survey'): unknown {
  const failure = error as { exitCode?: unknown; stderr?: unknown; signal?: unknown } | undefined
  const signalled = typeof failure?.signal === 'string' ? failure.signal : undefined
  const exitCode = typeof failure?.exitCode === 'number' ? failure.exitCode : undefined
  if (exitCode === undefined && signalled === undefined) return error
  const said = complaints(typeof failure?.stderr === 'string' ? failure.stderr : '')
  const { code, message, hint } = byExit(exitCode, signalled, said, doing) ??
    byNumber(said, database) ?? {
      code: doing === 'dump' ? 'DUMP_FAILED' : 'SURVEY_FAILED',
      message: `the ${doing} of ${database.name} failed with exit code ${exitCode}`,
      hint: 'Run the same again; if it stays, run mariadb-dump by hand on the host and read what it says.',
    }
  const seen = said.length > 0 ? `: ${said.join('; ')}` : ''
  return new MysqlDumpError(code, `${message}${seen}`, hint === undefined ? {} : { hint })
}

function byExit(
  exitCode: number | undefined,
  signalled: string | undefined,
  said: readonly string[],
  doing: 'dump' | 'survey',
): Verdict | undefined {
  const hint = 'Install it on the host: apt-get install mariadb-client'
  if (doing === 'survey' && exitCode === SURVEY_EXIT.noDumpClient) {
    return { code: 'NO_DUMP_CLIENT', message: 'the host has neither mariadb-dump nor mysqldump', hint }
  }
  if (doing === 'survey' && exitCode === SURVEY_EXIT.noClient) {
    return { code: 'NO_DUMP_CLIENT', message: 'the host has neither mariadb nor mysql, the client', hint }
  }
  if (doing === 'survey' && exitCode === SURVEY_EXIT.noCompressor) {
    return {
      code: 'NO_COMPRESSOR',
      message: 'the host has no igzip, pigz or gzip that works',
      hint: 'Install one on the host: apt-get install isal, or gzip',
    }
  }
  if (doing === 'dump' && exitCode === DUMP_EXIT.compressorFailed) {
    return {
      code: 'COMPRESSOR_FAILED',
      message: 'the compressor failed on the host',
      hint: 'Look at the memory of the host (dmesg tells of processes that were killed), and run again.',
    }
  }
  // A number says more than the code: a client that lost its server may have been told to end, too.
  const killed =
    signalled ?? (exitCode !== undefined && exitCode > 128 ? `signal ${exitCode - 128}` : undefined)
  if (
    said.length === 0 &&
    (killed !== undefined || (doing === 'dump' && exitCode === DUMP_EXIT.statusUnknown))
  ) {
    return {
      code: 'DUMP_KILLED',
      message: `the ${doing} was killed on the host (${killed ?? 'its exit code is unknown'})`,
      hint: 'Look whether the host ran out of memory (dmesg, journalctl -k) or somebody ended it, and run again.',
    }
  }
  return undefined
}

const NUMBERS: readonly (readonly [MysqlDumpErrorCode, readonly number[]])[] = [
  ['ACCESS_DENIED', [1045, 1698, 1130, 1129, 1862, 1820, 1251, 4151]],
  ['UNKNOWN_DATABASE', [1049]],
  ['PRIVILEGE_MISSING', [1044, 1142, 1143, 1227, 1370]],
  ['SERVER_GONE', [1040, 1053, 1152, 1158, 1159, 1160, 1161, 1317, 1927, 2002, 2003, 2005, 2006, 2013, 2026]],
  ['TABLE_CHANGED', [1412, 1146, 1305, 1360, 1539]],
  ['BROKEN_VIEW', [1356, 1449]],
]

function byNumber(said: readonly string[], database: Database): Verdict | undefined {
  const numbers = said.flatMap((line) => numberIn(line) ?? [])
  const code = numbers.flatMap((n) => NUMBERS.find(([, known]) => known.includes(n))?.[0] ?? [])[0]
  const { name, user } = database
  switch (code) {
    case 'ACCESS_DENIED':
      return {
        code,
        message: `the server does not let ${user} in`,
        hint: "Compare the password that was used (the SSM parameter) with DB_PASSWORD in the application's .env on the instance, and correct the parameter.",
      }
    case 'UNKNOWN_DATABASE':
      return {
        code,
        message: `there is no database ${name}`,
        hint: "Compare the database's name with DB_DATABASE in the application's .env.",
      }
    case 'PRIVILEGE_MISSING':
      return {
        code,
        message: `${user} lacks a privilege on ${name}`,
        hint: `As an administrator of the server: GRANT SELECT, SHOW VIEW, TRIGGER, EVENT, EXECUTE ON ${databasePlace(name)} TO ${account(`${user}@localhost`)};`,
      }
    case 'SERVER_GONE':
      return {
        code,
        message: `the database server could not be reached, or went away, with ${name}`,
        hint: 'Look whether it runs and answers (systemctl status mariadb), and at its log; when a slow upload held the dump up, raise net_write_timeout.',
      }
    case 'TABLE_CHANGED':
      return {
        code,
        message: `something in ${name} was changed or removed while it was dumped`,
        hint: 'Run again when no update or migration of the application runs.',
      }
    case 'BROKEN_VIEW':
      return {
        code,
        message: `${name} has a view that cannot be read`,
        hint: 'Mend the view or drop it: SHOW CREATE VIEW tells what it stands on.',
      }
    default:
      return said.some((line) => line.includes('insufficient privileges'))
        ? {
            code: 'PRIVILEGE_MISSING',
            message: `${user} cannot read the code of ${name}`,
            hint: `As an administrator of the server: GRANT SELECT ON mysql.proc TO ${account(`${user}@localhost`)};`,
          }
        : undefined
  }
}

function numberIn(line: string): number | undefined {
  const match = /\berror:? (\d{4})\b/i.exec(line) ?? /\((\d{4})\)$/.exec(line)
  return match ? Number(match[1]) : undefined
}

// A client's own lines, and of a statement that they quote only the start.
function complaints(stderr: string): string[] {
  return stderr
    .split('\n')
    .filter((line) => /^(?:\S*\/)?(?:mariadb|mysql)(?:-?dump)?: |^ERROR \d+|^raxx: /.test(line))
    .map((line) =>
      line
        .replace(/^(?:\S*\/)?(?:mariadb|mysql)(?:-?dump)?: /, '')
        .replace(/[\p{Cc}]/gu, ' ')
        .trim(),
    )
    .map((line) => (line.length > 400 ? `${line.slice(0, 300)} … ${line.slice(-80)}` : line))
    .filter((line) => !/^Deprecated program name/.test(line))
    .slice(0, 3)
}
