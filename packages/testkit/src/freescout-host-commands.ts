/** Where the look-alike's parts are, and how its commands reach the database and the test. */
export interface CommandSettings {
  /** Its own files: state, logs, the real `php`. */
  readonly root: string
  readonly appDir: string
  readonly binDir: string
  readonly mariadbSocket: string
  readonly database: string
  /** A port of 127.0.0.1 that takes `start UNIT` and `stop UNIT`. */
  readonly controlPort: number
}

const q = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`

/** The commands that stand in for the host's own, by name: bash scripts. Each call is recorded, one a line. */
export function hostCommands(settings: CommandSettings): Record<string, string> {
  const head = `#!/bin/bash
root=${q(settings.root)} app=${q(settings.appDir)}
printf '%s\\n' "\${0##*/} $*" >>"$root/calls.log"
`
  return {
    // A process list must show `php artisan …`, and not the interpreter of this script.
    php: `${head}exec -a php /bin/bash "$root/php.bash" "$@"\n`,
    sudo: `${head}${SUDO}`,
    systemctl: `${head}port=${settings.controlPort}\n${SYSTEMCTL}`,
    crontab: `${head}${CRONTAB}`,
  }
}

// Options that take a value and are known: as much of sudo(8) as is used.
const SUDO = `
[ ! -f "$root/sudo-refused" ] || { echo 'sudo: a password is required' >&2; exit 1; }
while :; do
  case $1 in -n|-H|-E) shift ;; -u|-g) shift 2 ;; --) shift; break ;; *) break ;; esac
done
exec "$@"
`

const SYSTEMCTL = `
verb=$1; shift; quiet=
[ "$1" != --quiet ] || { quiet=1; shift; }
unit=\${1%.service}
if [ ! -f "$root/units/$unit" ]; then
  [ "$verb" = is-active ] && { [ -n "$quiet" ] || echo inactive; exit 3; }
  echo "Failed to $verb $unit.service: Unit $unit.service not found." >&2; exit 5
fi
case $verb in
  cat) echo "# /lib/systemd/system/$unit.service" ;;
  is-active) state=$(cat "$root/units/$unit"); [ -n "$quiet" ] || echo "$state"; [ "$state" = active ] || exit 3 ;;
  start|stop)
    exec 3<>"/dev/tcp/127.0.0.1/$port" || exit 1
    printf '%s %s\\n' "$verb" "$unit" >&3
    read -r reply <&3
    [ "$reply" = ok ] || { echo "Job for $unit.service failed: $reply" >&2; exit 1; } ;;
  *) echo "the look-alike's systemctl does not know $verb" >&2; exit 1 ;;
esac
`

const CRONTAB = `
[ "$1" != -u ] || shift 2
if [ "$1" = -l ]; then cat "$root/crontab"; else cat "\${1:--}" >"$root/crontab"; fi
`

/** What `php artisan …` does: as much as a backup and a restore can meet. It writes into the real database. */
export function artisan(settings: CommandSettings): string {
  return `root=${q(settings.root)} app=${q(settings.appDir)} bin=${q(settings.binDir)}
sql() { mariadb --no-defaults --socket=${q(settings.mariadbSocket)} --user=root --batch --raw --skip-column-names -D ${q(settings.database)} -e "$1" 2>/dev/null; }
${ARTISAN}`
}

const ARTISAN = `
[ "\${1##*/}" = artisan ] && [ -f "$1" ] || { echo "Could not open input file: $1" >&2; exit 1; }
command=$2
cd "$app" || exit 1
down=storage/framework/down cache=storage/framework/cache
wrote() { sql "INSERT INTO activity_logs (log_name, description, created_at) VALUES ('$1', 'by the look-alike', NOW())"; }
clear_cache() { rm -rf "$cache"; mkdir -p "$cache"; }
cache_config() { [ -f .env ] && cp .env bootstrap/cache/config.php; }
[ ! -f "$root/fail/$command" ] || { echo "$command fails, as the test wants it to" >&2; exit 1; }
case $command in
  # As Laravel's scheduler: nothing in maintenance mode, children in the foreground, one worker by a lock in the cache.
  schedule:run)
    [ ! -f "$down" ] || { echo 'No scheduled commands are ready to run.'; exit 0; }
    "$bin/php" artisan freescout:fetch-emails >/dev/null
    if mkdir "$cache/worker" 2>/dev/null; then
      "$bin/php" artisan queue:work --queue=emails,default --sleep=5 >>storage/logs/queue-jobs.log
      rmdir "$cache/worker" 2>/dev/null
    fi ;;
  # As Laravel's worker: TERM ends it after the present job; in maintenance mode it waits; it ends when told to restart.
  queue:work)
    stop=; trap 'stop=1' TERM
    restart=$(cat "$cache/restart" 2>/dev/null)
    while [ -z "$stop" ] && [ -d "$app" ] && [ "$(cat "$cache/restart" 2>/dev/null)" = "$restart" ]; do
      if [ ! -f "$down" ]; then
        job=$(sql 'DELETE FROM jobs ORDER BY id LIMIT 1 RETURNING MD5(payload), JSON_VALUE(payload, "$.displayName")')
        if [ -n "$job" ]; then
          echo started >>"$root/jobs.log"
          sleep "$(cat "$root/job-seconds")"
          printf '%s\\n' "$job" >>"$root/sent.log"
          continue
        fi
        wrote queue
      fi
      sleep 0.1 & wait $!
    done ;;
  freescout:fetch-emails) wrote fetch ;;
  freescout:update) while [ -f "$root/updating" ]; do sleep 0.05; done ;;
  cache:clear) clear_cache ;;
  config:cache) cache_config ;;
  queue:restart) date +%s%N >"$cache/restart" ;;
  freescout:clear-cache)
    clear_cache; cache_config
    date +%s%N >"$cache/restart"
    sql "INSERT INTO jobs (queue, payload, attempts, available_at, created_at) VALUES
      ('default', '{\\"displayName\\":\\"App\\\\\\\\\\\\\\\\Jobs\\\\\\\\\\\\\\\\RestartQueueWorker\\"}', 0, UNIX_TIMESTAMP(), UNIX_TIMESTAMP())" ;;
  down) printf '{"time":%s,"message":null,"retry":null}\\n' "$(date +%s)" >"$down" ;;
  up) rm -f "$down" ;;
  freescout:after-app-update) ;;
  *) echo "Command \\"$command\\" is not defined." >&2; exit 1 ;;
esac
exit 0
`
