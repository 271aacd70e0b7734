import { FreescoutError } from './errors.ts'
import type { HostOptions, HostShell } from './host.ts'
import { failed, runScript } from './run-script.ts'

/**
 * Shell functions that every script here may use: `enter DIR` goes to FreeScout's folder and sets `app` (or prints the failure),
 * `as_owner CMD…` runs as the user whom the files belong to, `artisans` prints `pid command` of each artisan process of this
 * installation. The scheduler starts them as `php artisan …` in that folder, cron as `php /path/artisan …`.
 */
export const FUNCTIONS: string = `
enter() {
  given=\${1%/}
  cd "$given" 2>/dev/null && [ -f artisan ] || { echo 'fail APP_MISSING'; return 1; }
  app=$(pwd -P); framework=storage/framework; owner=$(stat -c %U "$framework" 2>/dev/null || stat -c %U artisan)
}
as_owner() {
  if [ "$(id -u)" = 0 ] && [ "$owner" != root ] && id "$owner" >/dev/null 2>&1; then runuser -u "$owner" -- "$@"; else "$@"; fi
}
artisans() {
  ps -eo pid=,args= | while read -r pid args; do
    program=\${args%% *}
    case \${program##*/} in php*) ;; *) continue ;; esac
    case " $args " in
      *" $app/artisan "*|*" $given/artisan "*) ;;
      *" artisan "*) [ "$(readlink "/proc/$pid/cwd" 2>/dev/null)" = "$app" ] || continue ;;
      *) continue ;;
    esac
    rest=\${args#*artisan }
    echo "$pid \${rest%% *}"
  done
}
`

/** An artisan process of this FreeScout. */
export interface ArtisanProcess {
  readonly pid: number
  /** `queue:work`, without its arguments. */
  readonly command: string
}

/** The artisan processes of this FreeScout that run now: its scheduler, its queue workers, its mail fetching, a user's own. */
export async function listArtisan(shell: HostShell, host: HostOptions): Promise<ArtisanProcess[]> {
  const lines = await runScript(
    shell,
    host,
    {
      name: 'listing FreeScout’s processes',
      text: `${FUNCTIONS}\nenter "$1" || return 0\necho ok\nartisans`,
      args: [host.appDir],
    },
    (failure): FreescoutError => failed(host, failure),
  )
  return lines.flatMap((line) => {
    const [, pid, command = ''] = /^(\d+) (.*)$/.exec(line) ?? []
    return pid === undefined ? [] : [{ pid: Number(pid), command }]
  })
}
