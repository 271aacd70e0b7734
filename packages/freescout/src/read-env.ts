import { FreescoutError } from './errors.ts'
import type { HostOptions, HostShell } from './host.ts'
import { parseDotenv } from './parse-dotenv.ts'
import { failed, runScript } from './run-script.ts'

/** What stands in FreeScout's folder. Holds secrets: for this package alone. */
export interface Installed {
  /** The user whom FreeScout's files belong to: `www-data`. */
  readonly appUser: string
  readonly version: string
  /** One variable, as Laravel's `env()` gives it; undefined when it is not set. */
  readonly env: (name: string) => string | undefined
  readonly appKey: string
}

// A key may be in a file of its own: config/app.php, APP_KEY_FILE.
const READ = `
cd "$1" 2>/dev/null && [ -f artisan ] || { echo 'fail APP_MISSING'; return 0; }
[ -f .env ] || { echo 'fail ENV_MISSING'; return 0; }
[ -r .env ] || { echo 'fail ENV_UNREADABLE'; return 0; }
echo ok
stat -c %U storage/framework 2>/dev/null || stat -c %U artisan
sed -n "s/^[[:space:]]*'version'[[:space:]]*=>[[:space:]]*['\\"]\\([^'\\"]*\\).*/\\1/p" config/app.php 2>/dev/null | { IFS= read -r version; printf '%s\\n' "$version"; }
cat .env
`
const READ_FILE = `
[ -r "$1" ] || { echo 'fail KEY_MISSING'; return 0; }
echo ok; cat "$1"
`

/** Reads FreeScout's `.env`, its version and its owner. */
export async function readInstalled(shell: HostShell, host: HostOptions): Promise<Installed> {
  const explain = (failure: { code: string; detail: string }): FreescoutError =>
    failure.code === 'KEY_MISSING' ? keyMissing(host) : failed(host, failure)
  const read = { name: 'reading FreeScout’s .env', text: READ, args: [host.appDir] }
  const [appUser = '', version = '', ...lines] = await runScript(shell, host, read, explain)
  const variables = new Map(Object.entries(parseDotenv(lines.join('\n'))))
  const env = (name: string): string | undefined => asLaravel(variables.get(name))
  let appKey = env('APP_KEY') ?? ''
  const keyFile = env('APP_KEY_FILE') ?? ''
  if (appKey === '' && keyFile !== '') {
    const readKey = { name: 'reading FreeScout’s key file', text: READ_FILE, args: [keyFile] }
    appKey = (await runScript(shell, host, readKey, explain)).join('\n').trim()
  }
  return { appUser, version, env, appKey }
}

/** FreeScout does not start without its key. */
export function keyMissing(host: HostOptions): FreescoutError {
  return new FreescoutError('KEY_MISSING', `.env in ${host.appDir} on the host has no APP_KEY`, {
    hint: 'Put the APP_KEY back that the mailbox passwords were encrypted with; a new one cannot read them.',
  })
}

// Laravel's env() takes more meaning from a value than dotenv does.
function asLaravel(value: string | undefined): string | undefined {
  if (value === undefined) return undefined
  if (/^(?:empty|\(empty\)|null|\(null\))$/i.test(value)) return ''
  return value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value
}
