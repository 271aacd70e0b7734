import type { Database } from './database.ts'
import { hostScript } from './host-script.ts'
import { shellQuote } from './shell-quote.ts'

/** The options that a dump may use where the host's dump client knows them. */
export const FLAGS = [
  'single-transaction',
  'quick',
  'routines',
  'triggers',
  'events',
  'hex-blob',
  'default-character-set',
  'max-allowed-packet',
  'no-tablespaces',
  'dump-history',
  'master-data',
  'column-statistics',
  'set-gtid-purged',
] as const

// Fastest first (CPU seconds for 200 MB of ticket text: igzip -3 1.4, pigz and gzip -1 4.0, at -6 14 to 16). A host that
// serves a helpdesk has little CPU to spare, and -1 costs a fifth more bytes only.
const COMPRESSORS = ['igzip -3', 'pigz -1', 'gzip -1']

/** What the survey's script exits with where it is not the client that failed. */
export const SURVEY_EXIT = { noDumpClient: 71, noClient: 72, noCompressor: 73 } as const

// Under the server's own sql_mode, SHOW GRANTS may quote names otherwise. TABLE_ROWS makes the server open each view: only then TABLE_COMMENT tells that one cannot be read.
const SQL = `
SET SESSION sql_mode = '';
SELECT 'raxx:server', VERSION(), @@max_allowed_packet, @@log_bin, CURRENT_USER(), @@net_write_timeout, @@collation_database;
SELECT 'raxx:binlog'; SHOW STATUS LIKE 'Binlog_snapshot_file';
SELECT 'raxx:grants'; SHOW GRANTS;
SELECT 'raxx:tables';
SELECT t.TABLE_TYPE, IFNULL(t.DATA_LENGTH, 0), IFNULL(e.TRANSACTIONS, ''), t.TABLE_NAME
  FROM information_schema.TABLES t LEFT JOIN information_schema.ENGINES e ON e.ENGINE = t.ENGINE
  WHERE t.TABLE_SCHEMA = DATABASE() AND t.TABLE_TYPE NOT LIKE '%VIEW%' ORDER BY t.TABLE_NAME;
SELECT 'raxx:views';
SELECT TABLE_COMMENT, TABLE_NAME, TABLE_ROWS FROM information_schema.TABLES
  WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE LIKE '%VIEW%' ORDER BY TABLE_NAME;
SELECT 'raxx:routines';
SELECT ROUTINE_TYPE, ROUTINE_DEFINITION IS NULL, DEFINER, ROUTINE_NAME FROM information_schema.ROUTINES
  WHERE ROUTINE_SCHEMA = DATABASE() ORDER BY ROUTINE_NAME;
SELECT 'raxx:events';
SELECT EVENT_NAME FROM information_schema.EVENTS
  WHERE EVENT_SCHEMA = DATABASE() AND EVENT_DEFINITION LIKE '%;;%' ORDER BY EVENT_NAME;
SELECT 'raxx:floats';
SELECT CONCAT(c.TABLE_NAME, '.', c.COLUMN_NAME) FROM information_schema.COLUMNS c JOIN information_schema.TABLES t
  ON t.TABLE_SCHEMA = c.TABLE_SCHEMA AND t.TABLE_NAME = c.TABLE_NAME AND t.TABLE_TYPE NOT LIKE '%VIEW%'
  WHERE c.TABLE_SCHEMA = DATABASE() AND c.DATA_TYPE = 'float' ORDER BY 1;
SELECT 'raxx:counts',
  (SELECT COUNT(*) FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()),
  (SELECT COUNT(*) FROM information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE()),
  (SELECT COUNT(*) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND COLUMN_DEFAULT LIKE '%nextval(%'),
  (SELECT COUNT(*) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND EXTRA LIKE '%STORED GENERATED%'
     AND GENERATION_EXPRESSION IN ('ROW START', 'ROW END') AND DATA_TYPE = 'bigint');
SELECT 'raxx:end';
`

/** Looks at the host, then at the database, in one command. Each line of its answer starts with what it tells. */
export function surveyScript(database: Database): string {
  return hostScript(`first() { for name; do command -v "$name" && return 0; done; return 1; }
dump=$(first mariadb-dump mysqldump) || exit ${SURVEY_EXIT.noDumpClient}
client=$(first mariadb mysql) || exit ${SURVEY_EXIT.noClient}
compressor=
for try in ${COMPRESSORS.map(shellQuote).join(' ')}; do
  path=$(first "\${try% *}") || continue
  [ "$(echo raxx | "$path" "\${try#* }" -c 2>/dev/null | "$path" -dc 2>/dev/null)" = raxx ] || continue
  compressor=$try; break
done
[ -n "$compressor" ] || exit ${SURVEY_EXIT.noCompressor}
echo "raxx:dump $dump"
echo "raxx:version $("$dump" --no-defaults --version)"
echo "raxx:compressor \${compressor% *} $path \${compressor#* }"
help=$("$dump" --no-defaults --help)
for flag in ${FLAGS.join(' ')}; do
  case $help in *"--$flag"*) echo "raxx:flag $flag";; esac
done
printf '%s\\n' "$conf" | "$client" --defaults-file=/dev/stdin --batch --skip-column-names --default-character-set=utf8mb4 \\
  --connect-timeout=20 --database=${shellQuote(database.name)} --execute=${shellQuote(SQL)}
`)
}
