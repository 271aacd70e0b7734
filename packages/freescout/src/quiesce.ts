import { FreescoutError } from './errors.ts'
import type { HostOptions, HostShell } from './host.ts'
import { QUIESCE } from './quiesce-script.ts'
import { checkServices, parseQuiesced, type Quiesced } from './quiesced.ts'
import { failed, runScript, type Failure } from './run-script.ts'

/** How to bring FreeScout to rest. */
export interface QuiesceOptions extends HostOptions {
  /** The services to stop, as systemctl names them; those that do not run stay as they are. @default none */
  readonly services?: readonly string[]
  /** How long artisan processes may take to end, twice: with the site still up, and after that. In seconds. @default 20 */
  readonly graceSeconds?: number
  /**
   * Kills what has not ended by then, instead of giving up. A mail that is just being sent may then be sent again, should the
   * present database come back. @default false
   */
  readonly force?: boolean
}

/**
 * Brings FreeScout to rest: nothing of it writes to its database any more. Queue workers and mail fetching are asked to end,
 * and given time to, while the site is still up. Then Laravel's maintenance mode is switched on (by its marker, as `artisan down` does,
 * which needs no database): cron goes on each minute but starts nothing, and pages answer 503. Then the services are stopped, and
 * it is made sure that no artisan process is left.
 *
 * When it rejects, FreeScout runs as before; APP_BUSY and WRITERS_LEFT name the processes that would not end. Done twice, it adds to what the
 * first one noted. The host carries it out even when the connection is lost in between: `findQuiesced` then tells what is to be put back.
 */
export async function quiesce(shell: HostShell, options: QuiesceOptions): Promise<Quiesced> {
  const { appDir, services = [], graceSeconds = 20, force = false } = options
  checkServices(services)
  const args = [appDir, String(Math.ceil(graceSeconds)), force ? '1' : '0', ...services]
  const script = { name: 'quiescing FreeScout', text: QUIESCE, args }
  const lines = await runScript(shell, options, script, (failure) => explain(options, failure))
  return parseQuiesced(lines, appDir, options.sudo ?? true)
}

function explain(options: QuiesceOptions, { code, detail }: Failure): FreescoutError {
  const what = detail.trim()
  switch (code) {
    case 'APP_BUSY':
      return new FreescoutError(
        'APP_BUSY',
        `FreeScout is at work and did not end it in time: ${what}; nothing was changed`,
        {
          hint: 'Wait until it is done, give it longer (graceSeconds), or force it.',
        },
      )
    case 'WRITERS_LEFT':
      return new FreescoutError(
        'WRITERS_LEFT',
        `processes of FreeScout went on after it was quiesced: ${what}; the services were put back`,
        { hint: 'Wait until they are done, give them longer (graceSeconds), or force it.' },
      )
    case 'SERVICE_UNKNOWN':
      return new FreescoutError('SERVICE_UNKNOWN', `the host has no service ${what}; nothing was changed`, {
        hint: 'Name the service as `systemctl list-units --type=service` on the host does.',
      })
    case 'SERVICE_STOP':
      return new FreescoutError(
        'SERVICE_STOP',
        `the service ${what} did not stop; the others were put back`,
        {
          hint: `Look at \`systemctl status ${what}\` on the host; stopping it takes root’s rights.`,
        },
      )
    default:
      return failed(options, { code, detail })
  }
}
