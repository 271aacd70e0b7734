import { type DumpManifest, dump, makeManifest, survey } from '@raxx/mysql-dump'
import { removeBackups, sweepUploads } from '@raxx/s3-retention'
import { ensureBucket, putBytes, putStream, removeObject } from '@raxx/s3-stream'
import type { Site } from '@raxx/site-config'
import prettyBytes from 'pretty-bytes'
import { AfterDone } from './attempt.ts'
import { earlierManifest } from './earlier-manifest.ts'
import { openHost } from './open-host.ts'
import type { DumpPlan } from './plan-run.ts'
import { type Planned, orThrow, planned } from './planned.ts'
import { tell } from './told.ts'
import { VERSION } from './version.ts'
import type { World } from './world.ts'

/** The dump that a run made. */
export interface MadeDump {
  readonly key: string
  readonly manifest: DumpManifest
  readonly removed: readonly string[]
}

/** Tier 2: dump, prove, store, read back, vouch, prune; in that order, and nothing later when something earlier failed. */
export async function dumpTier(site: Site, decision: Planned<DumpPlan>, world: World): Promise<MadeDump> {
  const plan = orThrow(decision)
  const { output, signal } = world
  if (!site.dump || !site.database || !site.host) throw new TypeError('the configuration has no dump tier')
  const { dump: tier, database } = site
  const store = { client: world.s3, bucket: tier.bucket, prefix: tier.prefix }
  output.heading('dump')

  const password = await world.secret(database.password)
  const { created } = await ensureBucket(store, { region: site.region, kmsKey: tier.kmsKey, signal })
  if (created) output.step('bucket', `created ${tier.bucket}: private, encrypted, unfinished uploads expire`)

  await using host = await openHost(site, site.host, world)
  output.step('host', host.told)
  const { shell } = host

  const source = { ...database, password }
  const found = await survey(shell, source, { signal })
  output.step(
    'survey',
    `${found.server.version}, ${found.tables} tables, about ${prettyBytes(found.dataBytes)}; ${found.client.command} | ${found.compressor.command}`,
  )
  if (found.nonTransactional.length > 0) {
    output.warn(
      `not consistent in a dump while they are written to (engine without transactions): ${found.nonTransactional.join(', ')}`,
    )
  }

  const earlier = earlierManifest(store, plan, { kmsKey: tier.kmsKey, signal })
  const progress = output.progress('dump')
  const takenAt = world.now()
  const body = dump(shell, source, {
    survey: found,
    minBytes: tier.minBytes,
    minTables: tier.minTables,
    signal,
  })
  const stored = await putStream(store, plan.key, body, {
    kmsKey: tier.kmsKey,
    expectedBytes: found.dataBytes,
    contentType: 'application/gzip',
    signal,
    onProgress: (bytes) => progress.update(bytes),
    beforeComplete: () => earlier.withdraw(),
    onWarning: (warning) => output.warn(tell(warning).message),
  })
    .catch(async (error: unknown) => {
      // What failed is the news, not that putting the manifest back did.
      await earlier
        .reinstate()
        .catch((after: unknown) => output.warn(`${plan.key} lost its proof: ${tell(after).message}`))
      throw error
    })
    .finally(() => progress.done())
  const facts = await body.facts
  const manifest = makeManifest(facts, {
    site: site.name,
    database: database.name,
    takenAt,
    key: stored.key,
    compressor: found.compressor.name,
    tool: { name: '@raxx/backup', version: VERSION },
  })
  if (stored.sha256 !== facts.object.sha256 || stored.bytes !== facts.object.bytes) {
    await removeObject(store, plan.key, { signal })
    throw new Error(
      `${plan.key}: what was stored is not what was proven (${stored.bytes} and ${facts.object.bytes} bytes)`,
    )
  }
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0)
  output.step(
    'proven',
    `${manifest.tables.length} tables, ${rows} rows, ${prettyBytes(manifest.sql.bytes)} of SQL, sha256 ${stored.sha256.slice(0, 12)}…`,
  )
  await putBytes(store, plan.manifestKey, `${JSON.stringify(manifest, null, 1)}\n`, {
    kmsKey: tier.kmsKey,
    contentType: 'application/json',
    signal,
  })
  output.step('stored', `s3://${tier.bucket}/${plan.key}, ${prettyBytes(stored.bytes)}`)

  const made = { key: plan.key, manifest }
  const pruned = await planned(async () => removeBackups(store, orThrow(plan.retention), { signal }))
  const swept = await planned(async () => sweepUploads(store, orThrow(plan.staleUploads), { signal }))
  const removed = pruned.plan?.removed ?? removedDespite(pruned.error)
  if (removed.length > 0) output.step('pruned', removed.join(', '))
  if (swept.plan && swept.plan.length > 0) output.step('swept', `${swept.plan.length} unfinished uploads`)
  const error = pruned.error ?? swept.error
  if (error !== undefined) throw new AfterDone<MadeDump>({ ...made, removed }, error)
  return { ...made, removed }
}

/** What a failed removal had removed before it failed. */
export function removedDespite(error: unknown): readonly string[] {
  const removed: unknown = error instanceof Error ? Reflect.get(error, 'removed') : undefined
  return Array.isArray(removed) ? removed.filter((one) => typeof one === 'string') : []
}
