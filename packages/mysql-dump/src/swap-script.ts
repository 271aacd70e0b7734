import { type Access, connection } from './admin.ts'
import { CLEAN } from './host-script.ts'
import { clientCommand, IMPORT_EXIT } from './import-script.ts'
import { shellQuote } from './shell-quote.ts'
import type { SettleSql, SwapSql } from './swap-sql.ts'

/** What the script ends with, as the first line of its answer. */
export type SwapOutcome = 'swapped' | 'rolled-back' | 'refused' | 'locked' | 'unfinished' | 'interrupted'

// In a place that outlives a reboot and belongs to the login alone. A link there, or another's folder, is not used.
const PLACE = `umask 077
dir=/var/tmp/raxx-$(id -u)
mkdir -p "$dir" && [ -O "$dir" ] && [ ! -L "$dir" ] || exit 74
`

// Read whole before anything of it is run; `eval`, because it must not be a file, for the password is in it.
const INNER = `s=$(cat); case $s in *'#raxx end') eval "$s";; *) exit 77;; esac`

/** Starts the script that comes over stdin so that it outlives the connection, and waits for it. */
export const SWAP_COMMAND: string = `exec sh -c ${shellQuote(`s=$(cat)
case $s in *'#raxx end') ;; *) exit 77;; esac
printf '%s' "$s" | setsid sh -c ${shellQuote(INNER)} >/dev/null 2>&1 &
wait $!; rc=$?
[ "$rc" = 0 ] || exit "$rc"
id=$(printf '%s' "$s" | sed -n 's/^id=\\([0-9a-f]*\\)$/\\1/p;' | head -n 1)
${PLACE}cat "$dir/$id.result"
`)}`

/** Waits for a swap that may still be running, and prints how it ended. */
export function outcomeCommand(id: string, waitSeconds: number): string {
  return `exec sh -c ${shellQuote(`${PLACE}[ -e "$dir/${id}.result" ] || { echo none; exit 0; }
flock -w ${waitSeconds} "$dir/${id}.lock" true || { echo running; exit 0; }
cat "$dir/${id}.result"
`)}`
}

/** Removes what the scripts of a swap left on the host. */
export function forgetCommand(id: string): string {
  return `exec sh -c ${shellQuote(`${PLACE}rm -f "$dir/${id}.result" "$dir/${id}.lock" "$dir/${id}.log" "$dir/${id}.tmp"`)}`
}

/** The whole swap as a POSIX script; `direction` says which side it shall end on. */
export function swapScript(
  id: string,
  access: Access,
  sql: SwapSql,
  options: {
    readonly direction: 'forward' | 'back'
    readonly attempts: number
    readonly recoverSeconds: number
  },
): string {
  const { forward, back, ...rest } = sql
  const texts = { ...rest, ...flat('forward', forward), ...flat('back', back) }
  const values = Object.entries(texts).map(([name, text]) => `${name}=${shellQuote(text)}`)
  return `id=${id}
conf=${shellQuote(connection(access))}
${values.join('\n')}
${PLACE}exec 9>>"$dir/$id.lock"
flock -n 9 || exit 75
${CLEAN}client=
for name in mariadb mysql; do command -v $name >/dev/null && { client=$name; break; }; done
[ -n "$client" ] || exit ${IMPORT_EXIT.noClient}
log=$dir/$id.log; : >"$log"
mode="SET SESSION sql_mode='NO_AUTO_VALUE_ON_ZERO', character_set_results=utf8mb4;"

run() { printf '%s' "$conf" | { exec 3<&0; printf '%s\\n' "$mode" "$1" | ${clientCommand(access)} 2>>"$log"; }; }
force() { printf '%s' "$conf" | { exec 3<&0; printf '%s\\n' "$mode" "$1" | ${clientCommand(access, ['--force'])} >/dev/null 2>&1; }; }
tell() { { echo "$1"; sed -n 's/^ERROR \\([0-9]*\\).*/\\1/p' "$log" | head -n 3; } >"$dir/$id.tmp" && mv "$dir/$id.tmp" "$dir/$id.result"; }
finish() { tell "$1"; exit 0; }

views() {
  last=
  while :; do
    have=$(run "$1") || return 1
    [ "$have" = "$3" ] && return 0
    [ "$have" = "$last" ] && return 1
    last=$have
    force "$2"
  done
}

# The server may be gone, and come back: then it is told what it is to be.
where() {
  n=0
  until state_now=$(run "$state"); do
    n=$((n+1)); [ $n -lt ${options.recoverSeconds} ] || return 1
    sleep 1
  done
}

again() {
  n=0
  until run "$1"; do
    n=$((n+1)); [ $n -lt ${options.attempts} ] || return 1
    sleep 1
  done
}

to_new() { run "$forward_routines" && views "$forward_viewsThere" "$forward_makeViews" "$forward_views" && run "$forward_triggers"; }
to_old() { run "$back_routines" && views "$back_viewsThere" "$back_makeViews" "$back_views" && run "$back_triggers"; }

go_back() {
  where || finish unfinished
  if [ "$state_now" = new ]; then
    force "$back_early"
    again "$renameBack" || finish unfinished
  fi
  tries=0
  until to_old; do
    tries=$((tries+1)); [ $tries -lt 3 ] || finish unfinished
    where || finish unfinished
  done
  [ "$(run "$keptTables")" = 0 ] && run "$dropKept"
  finish rolled-back
}

tell interrupted
where || finish unfinished
${options.direction === 'back' ? 'go_back' : FORWARD}
#raxx end`
}

const FORWARD = `if [ "$state_now" = old ]; then
  held=$(run "$check") || go_back
  [ "$held" = ok ] || finish refused
  again "$probe" || { where || finish unfinished; grep -q '^ERROR 1205' "$log" && finish locked; go_back; }
  run "$prepare" || go_back
  force "$forward_early"
  again "$rename" || go_back
fi
to_new && finish swapped
# Once more, for a server that was restarted meanwhile; what was done already does no harm.
where && [ "$state_now" = new ] && to_new && finish swapped
go_back`

function flat(prefix: string, settle: SettleSql): Record<string, string> {
  return Object.fromEntries(Object.entries(settle).map(([name, text]) => [`${prefix}_${name}`, String(text)]))
}
