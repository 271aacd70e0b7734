import { FreescoutError } from './errors.ts'
import type { HostOptions, HostShell } from './host.ts'
import { FIND, RESUME } from './quiesce-script.ts'
import { checkServices, parseQuiesced, type Quiesced } from './quiesced.ts'
import { failed, runScript } from './run-script.ts'

/**
 * Puts back exactly what `quiesce` changed: takes its marker away, so that cron works again within a minute, and starts the services
 * that it stopped. May be done twice, and by another process. Rejects with SERVICE_START, having started the others, where a service
 * does not run afterwards.
 */
export async function resumeServices(
  shell: HostShell,
  quiesced: Quiesced,
  options: { readonly signal?: AbortSignal } = {},
): Promise<void> {
  const { appDir, sudo, marker, services } = quiesced
  checkServices(services)
  const script = { name: 'resuming FreeScout', text: RESUME, args: [appDir, marker, ...services] }
  await runScript(shell, { appDir, sudo, ...options }, script, ({ code, detail }) => {
    if (code !== 'SERVICE_START') return failed({ appDir }, { code, detail })
    const names = detail.trim()
    return new FreescoutError('SERVICE_START', `started, but not running: ${names}`, {
      hint: `Look at \`systemctl status ${names}\` on the host, repair it, and resume again.`,
    })
  })
}

/**
 * What a `quiesce` noted on the host and nobody put back yet, or undefined. It serves where the journal does not know: the process
 * that quiesced died before it could write it down. Where the host is still at it, its end is waited for (two minutes, then LOCKED).
 * @param options.services only these are taken from the note, which lies in a folder that FreeScout's own user may write to
 */
export async function findQuiesced(
  shell: HostShell,
  options: HostOptions & { readonly services: readonly string[] },
): Promise<Quiesced | undefined> {
  const script = { name: 'looking whether FreeScout is quiesced', text: FIND, args: [options.appDir] }
  const lines = await runScript(shell, options, script, (failure) => failed(options, failure))
  if (!lines.some((line) => line.startsWith('marker '))) return undefined
  const noted = parseQuiesced(lines, options.appDir, options.sudo ?? true)
  return { ...noted, services: noted.services.filter((service) => options.services.includes(service)) }
}
