import type { Access } from './admin.ts'
import { CLEAN } from './host-script.ts'
import { shellQuote } from './shell-quote.ts'

/** What the scripts exit with where it is not the client that failed. */
export const IMPORT_EXIT = { noClient: 72, gunzipFailed: 67 } as const

const FLAGS = [
  '--batch',
  '--skip-column-names',
  '--default-character-set=utf8mb4',
  '--max-allowed-packet=1G',
  '--connect-timeout=20',
  '--comments',
  // No command of the client is known in what it reads, and no byte of it is changed.
  '--binary-mode',
  '--local-infile=0',
  '--skip-reconnect',
  // Else a failing statement is printed, rows and all. Older clients know neither.
  '--loose-skip-print-query-on-error',
  '--loose-sandbox',
]

// The options file comes as the first lines of stdin; `read` takes no byte beyond the line that ends it.
const READ = `conf=
while IFS= read -r line && [ "$line" != '#raxx' ]; do conf="$conf$line
"; done
${CLEAN}client=
for name in mariadb mysql; do command -v $name >/dev/null && { client=$name; break; }; done
[ -n "$client" ] || exit ${IMPORT_EXIT.noClient}
exec 5<&0
`

/** The client's command line; the options file, if any, is at file descriptor 3. */
export function clientCommand({ admin, database }: Access, more: readonly string[] = []): string {
  const flags = [...FLAGS, ...more].map(shellQuote).join(' ')
  if (admin !== 'sudo') return `"$client" --defaults-file=/dev/fd/3 ${flags}`
  // sudo closes the descriptors beyond stderr, and root has its own way in.
  const socket = database.socket === undefined ? '' : `${shellQuote(`--socket=${database.socket}`)} `
  return `sudo -n "$client" ${socket}${flags}`
}

/** The command that gives the SQL of its stdin, after the options file and a line \`#raxx\`, to the client. */
export function clientScript(access: Access, { force }: { readonly force: boolean }): string {
  const command = clientCommand(access, force ? ['--force'] : [])
  return script(`${READ}printf '%s' "$conf" | { exec 3<&0; ${command} <&5; }
`)
}

/** The same for gzip of SQL, in one database; it has succeeded only when the gzip was whole, too. */
export function gzipScript(access: Access, into: string): string {
  const command = clientCommand(access, [`--database=${into}`])
  return script(`${READ}printf '%s' "$conf" | { exec 3<&0
  status=$( { { gzip -dc <&5 3<&-; echo "g$?" >&4; } | { ${command} >/dev/null 4>&-; echo "c$?" >&4; }; } 4>&1 )
  client=\${status##*c}; client=\${client%%[!0-9]*}
  unzip=\${status##*g}; unzip=\${unzip%%[!0-9]*}
  [ "\${client:-66}" = 0 ] || exit "\${client:-66}"
  [ "\${unzip:-66}" = 0 ] && exit 0
  exit ${IMPORT_EXIT.gunzipFailed}
}
`)
}

function script(text: string): string {
  return `exec sh -c ${shellQuote(text)}`
}
