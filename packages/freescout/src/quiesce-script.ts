import { FUNCTIONS } from './artisan-processes.ts'

// `settle first|all PIDS`: asks workers and mail fetching to end, waits for the rest; 0 once nothing is left.
// `queue:work` ends after its present job when asked with TERM (Worker::listenForSignals); a fetch that is ended leaves mail
// unseen, and it is fetched again. Anything else, an update in the middle of its migrations say, is only waited for.
// The scheduler waits for its children itself, and must not be killed: its locks would stay in the cache for a day.
const SETTLE = `
ended=
settle() {
  mode=$1; pids=" $2 "; asked=' '; late=
  end=$(( $(date +%s) + grace ))
  while :; do
    left=
    while read -r pid command; do
      [ -n "$pid" ] || continue
      if [ "$mode" = first ]; then
        case $pids in *" $pid "*) ;; *) continue ;; esac
      fi
      left="$left$command($pid) "
      case $asked in *" $pid "*) continue ;; esac
      case $command in
        queue:*|freescout:fetch-*) asked="$asked$pid "; ended="$ended$command "; kill -TERM "$pid" 2>/dev/null ;;
      esac
      [ -z "$late" ] || { asked="$asked$pid "; kill -KILL "$pid" 2>/dev/null; }
    done <<LIST
$(artisans)
LIST
    [ -n "$left" ] || return 0
    if [ "$(date +%s)" -gt "$end" ]; then
      [ "$force" = 1 ] && [ -z "$late" ] || return 1
      late=1; asked=' '; end=$(( end + 5 ))
    fi
    sleep 0.1
  done
}
`

// Who comes after a lost connection must not put things back while the first script still takes them down. The folder itself
// is locked: a file to lock, in a folder of FreeScout's user, could be a link to anywhere.
const RECORD = `
alone() {
  exec 9<"$framework" || { echo "fail NOT_WRITTEN $framework"; return 1; }
  flock -w 120 9 || { echo 'fail LOCKED'; return 1; }
}
record=$framework/raxx-quiesced down=$framework/down
ours() { [ -f "$down" ] && grep -q '"raxx":true' "$down"; }
`

/**
 * Arguments: appDir, seconds to wait, 1 to kill what does not end, services. What is changed is written down, next to the
 * marker, before it is changed: whoever comes after a crash can put it back. It goes on when the connection is lost.
 */
export const QUIESCE: string = `
trap '' HUP PIPE
${FUNCTIONS}${SETTLE}
enter "$1" || return 0
grace=$2 force=$3; shift 3
${RECORD}
alone || return 0
active=
if [ -f "$record" ]; then active=$(sed -n 's/^service //p' "$record"); fi
for service in "$@"; do
  systemctl cat "$service" >/dev/null 2>&1 || { echo "fail SERVICE_UNKNOWN $service"; return 0; }
  systemctl is-active --quiet "$service" || continue
  case "
$active
" in *"
$service
"*) ;; *) active="\${active:+$active
}$service" ;; esac
done
# While the site is still up: a job that takes its time costs no downtime.
if ! ours; then
  before=$(artisans | while read -r pid command; do [ "$command" = schedule:run ] || printf '%s ' "$pid"; done)
  settle first "$before" || [ "$force" = 1 ] || { echo "fail APP_BUSY $left"; return 0; }
fi
marker=found
if ours || [ ! -f "$down" ]; then marker=made; fi
{ echo "marker $marker"; for service in $active; do echo "service $service"; done; } |
  as_owner sh -c 'cat >"$1.new" && mv "$1.new" "$1"' sh "$record" || { echo "fail NOT_WRITTEN $record"; return 0; }
back() {
  [ "$marker" = found ] || as_owner rm -f "$down"
  for service in $active; do systemctl start "$service"; done
  as_owner rm -f "$record"
}
if [ "$marker" = made ]; then
  printf '{"time":%s,"message":null,"retry":30,"raxx":true}\\n' "$(date +%s)" |
    as_owner sh -c 'cat >"$1.new" && mv "$1.new" "$1"' sh "$down" || { back; echo "fail NOT_WRITTEN $down"; return 0; }
fi
for service in $active; do
  if ! systemctl stop "$service" || systemctl is-active --quiet "$service"; then
    back; echo "fail SERVICE_STOP $service"; return 0
  fi
done
settle all '' || { back; echo "fail WRITERS_LEFT $left"; return 0; }
echo ok
cat "$record"
for command in $ended; do echo "ended $command"; done
`

/** Arguments: appDir, `made` to take the marker away, services. It works without a FreeScout in appDir. */
export const RESUME: string = `
trap '' HUP PIPE
${FUNCTIONS}
cd "$1" 2>/dev/null && owner=$(stat -c %U storage/framework 2>/dev/null)
marker=$2 framework=$1/storage/framework; shift 2
${RECORD}
if [ -d "$framework" ]; then alone || return 0; fi
if [ "$marker" = made ] && ours; then as_owner rm -f "$down" || { echo "fail NOT_WRITTEN $down"; return 0; }; fi
failed=
for service in "$@"; do
  systemctl start "$service" && systemctl is-active --quiet "$service" || failed="$failed$service "
done
[ -z "$failed" ] || { echo "fail SERVICE_START $failed"; return 0; }
[ ! -f "$record" ] || as_owner rm -f "$record"
echo ok
`

/** Argument: appDir. */
export const FIND: string = `
${FUNCTIONS}
enter "$1" || return 0
${RECORD}
[ ! -d "$framework" ] || alone || return 0
echo ok
[ ! -f "$record" ] || cat "$record"
`
