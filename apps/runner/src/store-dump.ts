import { type Database, type DumpManifest, type Survey, dump, makeManifest } from '@raxx/mysql-dump'
import { type ObjectStore, type StoredObject, putStream, removeObject } from '@raxx/s3-stream'
import type { DumpConfig } from '@raxx/site-config'
import type { Shell } from '@raxx/ssh-stream'
import prettyBytes from 'pretty-bytes'
import { earlierManifest } from './earlier-manifest.ts'
import type { DumpPlan } from './plan-run.ts'
import { RunError } from './run-error.ts'
import { showRate } from './show-rate.ts'
import { tell } from './told.ts'
import { VERSION } from './version.ts'
import { vouch } from './vouch.ts'
import type { World } from './world.ts'

interface What {
  readonly site: string
  readonly tier: DumpConfig
  readonly source: Database
  readonly store: ObjectStore
  readonly plan: DumpPlan
}

/** Streams the dump into the bucket, and vouches for it with a manifest once it is proven, stored and read back. */
export async function storeDump(
  what: What,
  shell: Shell,
  found: Survey,
  world: World,
): Promise<DumpManifest> {
  const { tier, source, store, plan } = what
  const { output, signal } = world
  const earlier = earlierManifest(store, plan, { kmsKey: tier.kmsKey, signal })
  const progress = output.progress('dump')
  const takenAt = world.now()
  const { minBytes, minTables } = tier
  const body = dump(shell, source, {
    survey: found,
    minBytes,
    minTables,
    signal,
    onProgress: showRate(progress),
  })
  let stored: StoredObject
  try {
    stored = await putStream(store, plan.key, body, {
      kmsKey: tier.kmsKey,
      expectedBytes: found.dataBytes,
      contentType: 'application/gzip',
      signal,
      beforeComplete: () => earlier.withdraw(),
      onWarning: (warning) => output.warn(tell(warning).message),
    })
  } catch (error) {
    // What failed is the news, not that putting the manifest back did.
    await earlier
      .reinstate()
      .catch((after: unknown) => output.warn(`${plan.key} lost its proof: ${tell(after).message}`))
    throw error
  } finally {
    progress.done()
  }

  const facts = await body.facts
  if (stored.sha256 !== facts.object.sha256 || stored.bytes !== facts.object.bytes) {
    await removeObject(store, plan.key, { signal })
    throw new RunError(
      'NOT_WHAT_WAS_PROVEN',
      `${plan.key} was removed: ${stored.bytes} bytes were stored, and ${facts.object.bytes} others were proven`,
      'Run it again; if it happens again, report it as a bug of raxx-backup.',
    )
  }
  const manifest = makeManifest(facts, {
    site: what.site,
    database: source.name,
    takenAt,
    key: stored.key,
    compressor: found.compressor.name,
    databaseCollation: found.collation,
    tool: { name: '@raxx/backup', version: VERSION },
  })
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0)
  const proof = `${manifest.tables.length} tables, ${rows} rows, ${prettyBytes(manifest.sql.bytes)} of SQL`
  output.step('proven', `${proof}, sha256 ${stored.sha256.slice(0, 12)}…`)
  await vouch(store, plan.manifestKey, manifest, { stored, kmsKey: tier.kmsKey, signal })
  output.step('stored', `s3://${tier.bucket}/${plan.key}, ${prettyBytes(stored.bytes)}`)
  return manifest
}
