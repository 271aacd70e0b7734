import type { Access } from './admin.ts'
import { MysqlDumpError, type MysqlDumpErrorCode } from './errors.ts'
import { IMPORT_EXIT } from './import-script.ts'

interface Known {
  readonly numbers: readonly number[]
  readonly code: MysqlDumpErrorCode
  readonly says: string
  readonly hint: string
}

/** The server's messages may quote rows ("Duplicate entry '…'"): only their numbers are used, and told in our words. */
const KNOWN: readonly Known[] = [
  {
    numbers: [1045, 1698, 1130, 1862, 1820, 4151],
    code: 'ACCESS_DENIED',
    says: 'the server does not let this account in',
    hint: 'Compare the account and its password with those of the server.',
  },
  {
    numbers: [1044, 1142, 1143, 1227, 1370, 1410],
    code: 'ADMIN_DENIED',
    says: 'the account lacks a privilege',
    hint: 'Use sudo, or an account with ALL PRIVILEGES WITH GRANT OPTION; a dump itself needs none beyond its own database.',
  },
  {
    numbers: [1049],
    code: 'UNKNOWN_DATABASE',
    says: 'there is no such database',
    hint: 'Compare the name with SHOW DATABASES.',
  },
  {
    numbers: [1007],
    code: 'DATABASE_EXISTS',
    says: 'the database exists already',
    hint: 'Remove what an earlier restore left (finish), or choose another name.',
  },
  {
    numbers: [1153],
    code: 'PACKET_TOO_LARGE',
    says: 'a statement is longer than the server takes',
    hint: "Raise the server's max_allowed_packet (SET GLOBAL max_allowed_packet = 1073741824).",
  },
  {
    numbers: [1021, 1114, 3, 28, 1878, 126],
    code: 'DISK_FULL',
    says: 'the server has no room left',
    hint: 'Free disk on the host: an import needs room for a second copy of the database.',
  },
  {
    numbers: [1040, 1053, 1152, 1158, 1159, 1160, 1161, 1317, 1927, 2002, 2003, 2005, 2006, 2013, 2026],
    code: 'SERVER_GONE',
    says: 'the server could not be reached, or went away',
    hint: 'Look whether it runs (systemctl status mariadb), at its log, and at its max_allowed_packet.',
  },
  {
    numbers: [1205, 1213],
    code: 'LOCKED',
    says: 'something else holds a lock on a table',
    hint: 'Stop what uses the database (SHOW PROCESSLIST; open transactions in information_schema.INNODB_TRX), and run again.',
  },
  {
    numbers: [1295],
    code: 'SERVER_TOO_OLD',
    says: 'the server cannot prepare such a statement',
    hint: 'Use MariaDB 10.6 or later.',
  },
]

/** An error of the client, as `ERROR 1062 (23000) at line 7: …` tells it. */
export interface ClientError {
  readonly number: number
  readonly line: number | undefined
}

/** The errors that a client told on stderr, without their text. */
export function clientErrors(stderr: string): ClientError[] {
  return [...stderr.matchAll(/^ERROR (\d+)(?: \([0-9A-Z]{5}\))?(?: at line (\d+))?/gm)].map((found) => ({
    number: Number(found[1]),
    line: found[2] === undefined ? undefined : Number(found[2]),
  }))
}

/** Says in an operator's words why a command on the host failed; what is the shell's own failure comes back as it is. */
export function explainImport(
  error: unknown,
  { admin, database }: Access,
  doing: string,
  place: (line: number) => string | undefined = () => undefined,
): unknown {
  const failure = error as { exitCode?: unknown; stderr?: unknown; signal?: unknown } | undefined
  const exitCode = typeof failure?.exitCode === 'number' ? failure.exitCode : undefined
  const signal = typeof failure?.signal === 'string' ? failure.signal : undefined
  if (exitCode === undefined && signal === undefined) return error
  const stderr = typeof failure?.stderr === 'string' ? failure.stderr : ''
  const who = admin === 'sudo' ? 'sudo' : (admin?.user ?? database.user)
  if (admin === 'sudo' && /^sudo:/m.test(stderr)) {
    return new MysqlDumpError(
      'ADMIN_DENIED',
      `${doing} failed: sudo does not run the client without a password`,
      {
        hint: "Allow it (sudo -n mariadb), or configure an administrator's account.",
      },
    )
  }
  if (exitCode === IMPORT_EXIT.noClient || exitCode === 127) {
    return new MysqlDumpError(
      'NO_DUMP_CLIENT',
      `${doing} failed: the host has no mariadb client, or no gzip`,
      {
        hint: 'Install them on the host: apt-get install mariadb-client gzip',
      },
    )
  }
  const [first] = clientErrors(stderr)
  const known = first && KNOWN.find(({ numbers }) => numbers.includes(first.number))
  const where = first?.line === undefined ? undefined : place(first.line)
  const at = where === undefined ? '' : ` at table ${JSON.stringify(where)}`
  if (known) {
    return new MysqlDumpError(
      known.code,
      `${doing} failed as ${who}${at}: ${known.says} (error ${first.number})`,
      {
        hint: known.hint,
      },
    )
  }
  const seen = first
    ? `error ${first.number}`
    : signal === undefined
      ? `exit code ${exitCode}`
      : `ended by ${signal}`
  return new MysqlDumpError('IMPORT_FAILED', `${doing} failed${at}: ${seen}`, {
    hint: first
      ? `Read what the server's error ${first.number} means; the text is kept back because it may quote a row.`
      : 'Look whether the host ran out of memory (dmesg), and run again.',
  })
}
