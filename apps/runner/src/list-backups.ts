import { type Backup, listBackups } from '@raxx/s3-retention'
import { type Snapshot, isDailyName, listSnapshots } from '@raxx/lightsail-snapshots'
import type { Site } from '@raxx/site-config'
import type { World } from './world.ts'

/** Every dated dump of the site, newest first; none without a dump tier. */
export async function listDumps({ dump }: Site, world: World): Promise<readonly Backup[]> {
  if (!dump) return []
  const store = { client: world.s3, bucket: dump.bucket, prefix: dump.prefix }
  return Array.fromAsync(listBackups(store, { signal: world.signal }))
}

/** Every snapshot of the site's instance, newest first, those made by hand too; none without a snapshot tier. */
export async function listInstanceSnapshots({ snapshot }: Site, world: World): Promise<readonly Snapshot[]> {
  if (!snapshot) return []
  return listSnapshots(world.lightsail, { instance: snapshot.instance, signal: world.signal })
}

/** The snapshots that retention may decide about: never one made by hand. */
export async function listDailySnapshots(site: Site, world: World): Promise<readonly Snapshot[]> {
  const all = await listInstanceSnapshots(site, world)
  return all.filter((one) => site.snapshot && isDailyName(site.snapshot.namePrefix, one.name))
}
