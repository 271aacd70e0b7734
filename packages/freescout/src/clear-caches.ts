import { FreescoutError } from './errors.ts'
import type { HostOptions, HostShell } from './host.ts'
import { FUNCTIONS } from './artisan-processes.ts'
import { failed, runScript } from './run-script.ts'

// freescout:clear-cache itself does cache:clear and config:cache, and more. It comes last because it also tells the queue
// workers to start anew, by the cache that cache:clear would empty and by a job in the database.
const COMMANDS = ['cache:clear', 'config:cache', 'freescout:clear-cache'] as const

const CLEAR = `
${FUNCTIONS}
enter "$1" || return 0
shift
for command in "$@"; do
  as_owner php artisan "$command" >/dev/null || { echo "fail CACHE_NOT_CLEARED $command"; return 0; }
done
echo ok
`

/**
 * Clears FreeScout's caches, as the user whom its files belong to (what root leaves there, FreeScout cannot write to). It also
 * restarts the queue workers, through the database: only once the database is the final one.
 */
export async function clearCaches(shell: HostShell, host: HostOptions): Promise<void> {
  const script = { name: 'clearing FreeScout’s caches', text: CLEAR, args: [host.appDir, ...COMMANDS] }
  await runScript(shell, host, script, ({ code, detail }) => {
    if (code !== 'CACHE_NOT_CLEARED') return failed(host, { code, detail })
    return new FreescoutError(
      'CACHE_NOT_CLEARED',
      `php artisan ${detail} failed in ${host.appDir} on the host`,
      {
        hint: `Run \`php artisan ${detail}\` there as FreeScout’s user and see what it says.`,
      },
    )
  })
}
