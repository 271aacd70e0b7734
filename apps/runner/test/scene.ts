import type { Sandbox, SiteDocument } from '@raxx/testkit/sandbox'
import { type Ran, type Running, startApp } from './app.ts'

/** One test's own corner of a sandbox: a bucket of its own, no snapshots, no messages, no faults. */
export interface Scene {
  readonly bucket: string
  /** Today's keys, as the app names them. */
  readonly key: string
  readonly manifestKey: string
  /** The site's configuration; change it before `run`. */
  readonly site: SiteDocument & {
    dump: Record<string, unknown>
    snapshot: Record<string, unknown>
    host: Record<string, unknown>
    database: Record<string, unknown>
  }
  start(args: readonly string[], env?: Readonly<Record<string, string>>): Running
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ran>
  /** Keys in the bucket. */
  keys(): string[]
}

let scenes = 0

export const today = (): string => new Date().toISOString().slice(0, 10)

/** The date so many days before today. */
export const daysAgo = (days: number): string =>
  new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10)

export function newScene(box: Sandbox): Scene {
  const bucket = `raxx-scene-${++scenes}`
  for (const server of [box.s3, box.ssm, box.lightsail, box.slack]) {
    server.faults.clear()
    server.calls.length = 0
  }
  box.slack.messages.length = 0
  box.lightsail.state.snapshots.clear()
  const site = box.site() as Scene['site']
  site.dump['bucket'] = bucket
  const start: Scene['start'] = (args, env = {}) =>
    startApp(args, { ...box.env, RAXX_BACKUP_CONFIG: box.writeConfig(site), ...env })
  return {
    bucket,
    key: `${box.names.prefix}${today()}.sql.gz`,
    manifestKey: `${box.names.prefix}${today()}.manifest.json`,
    site,
    start,
    run: (args, env) => start(args, env).ended,
    keys: () => box.s3.objects(bucket).map(({ key }) => key),
  }
}
