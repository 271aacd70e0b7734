import type { Database } from './database.ts'
import { hostScript } from './host-script.ts'
import { shellQuote } from './shell-quote.ts'
import type { Survey } from './survey.ts'

/** What the dump's script exits with where it is not the dump client's own code. */
export const DUMP_EXIT = { compressorFailed: 65, statusUnknown: 66 } as const

/**
 * The command that writes the gzip of a dump to stdout. It exits with the dump client's status (128 + n when a signal ended
 * it), or 65 when the compressor failed, without `pipefail`, which dash has only since 0.5.13. A password has no place in it.
 */
export function dumpScript(survey: Survey, database: Database): string {
  const { client, compressor } = survey
  const dump = [client.command, '--defaults-file=/dev/stdin', ...dumpFlags(survey), '--', database.name]
  const compress = [compressor.path, compressor.level, '-c']
  return hostScript(`exec 4>&1
dumped=$( { { printf '%s\\n' "$conf" | ${words(dump)} 3>&- 4>&-; echo $? >&3; } | ${words(compress)} 3>&- >&4 4>&-; } 3>&1 )
compressed=$?
exec 4>&-
[ "$compressed" -eq 0 ] || { echo "raxx: ${compressor.name} exited with $compressed" >&2; exit ${DUMP_EXIT.compressorFailed}; }
exit "\${dumped:-${DUMP_EXIT.statusUnknown}}"
`)
}

/** The options of a dump that leaves nothing out, as far as the host's client knows them. */
export function dumpFlags(survey: Survey): string[] {
  const wanted: Readonly<Record<string, string>> = {
    'single-transaction': '--single-transaction',
    quick: '--quick',
    routines: '--routines',
    triggers: '--triggers',
    events: '--events',
    'hex-blob': '--hex-blob',
    'default-character-set': '--default-character-set=utf8mb4',
    // Without it a row of 24 MiB ends in error 2013.
    'max-allowed-packet': '--max-allowed-packet=1G',
    // MySQL 8 asks for the PROCESS privilege without it.
    'no-tablespaces': '--no-tablespaces',
    // MySQL 8's client asks a MariaDB server for a table that it has not.
    'column-statistics': '--column-statistics=0',
    // An import should not need the right to write the server's replication state.
    'set-gtid-purged': '--set-gtid-purged=OFF',
    // As a comment; the client of MariaDB takes it from the snapshot, without a lock.
    ...(survey.binlog && { 'master-data': '--master-data=2' }),
    ...(survey.history && { 'dump-history': '--dump-history' }),
  }
  const flags = Object.entries(wanted).flatMap(([name, flag]) =>
    survey.client.flags.includes(name) ? [flag] : [],
  )
  // Under LOCK TABLES an import cannot reach the sequence that a column's default asks (error 1100).
  return survey.sequenceDefaults ? [...flags, '--skip-add-locks'] : flags
}

function words(command: readonly string[]): string {
  return command.map(shellQuote).join(' ')
}
