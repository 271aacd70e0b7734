import { FreescoutError } from './errors.ts'

/** What `quiesce` changed: plain JSON without a secret, so that it may go into a journal and another process can put it back. */
export interface Quiesced {
  readonly schema: 'raxx.quiesced/1'
  readonly appDir: string
  readonly sudo: boolean
  /** Whether the marker of Laravel's maintenance mode is ours to take away, or was there already. */
  readonly marker: 'made' | 'found'
  /** The services that were running and were stopped. */
  readonly services: readonly string[]
  /** The artisan commands that were asked to end. Cron starts them again. */
  readonly ended: readonly string[]
}

/** What the script printed, or left in its record. */
export function parseQuiesced(lines: readonly string[], appDir: string, sudo: boolean): Quiesced {
  const values = (kind: string): string[] =>
    lines.flatMap((line) => (line.startsWith(`${kind} `) ? [line.slice(kind.length + 1)] : []))
  return {
    schema: 'raxx.quiesced/1',
    appDir,
    sudo,
    marker: values('marker')[0] === 'found' ? 'found' : 'made',
    services: values('service'),
    ended: values('ended'),
  }
}

/** @throws FreescoutError BAD_OPTION for what no unit of systemd is called */
export function checkServices(services: readonly string[]): void {
  for (const service of services) {
    if (/^[A-Za-z0-9_.@:][A-Za-z0-9_.@:-]*$/.test(service)) continue
    throw new FreescoutError('BAD_OPTION', `${JSON.stringify(service)} is no name of a service`, {
      hint: 'Give services as systemctl names them: apache2, php8.2-fpm.',
    })
  }
}
