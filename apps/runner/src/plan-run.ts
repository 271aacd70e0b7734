import { type RetentionPlan, planRetention } from '@raxx/retention'
import { type Backup, type StaleUpload, dumpKey, listUploads, manifestKey } from '@raxx/s3-retention'
import { type BucketState, bucketState } from '@raxx/s3-stream'
import { type Snapshot, type SnapshotAction, dailyName, snapshotAction } from '@raxx/lightsail-snapshots'
import type { Site } from '@raxx/site-config'
import { listDailySnapshots, listDumps } from './list-backups.ts'
import { type Planned, planned } from './planned.ts'
import type { Tier } from './run-report.ts'
import type { World } from './world.ts'

/** Uploads that were begun longer ago than this belong to no run that still lives. */
const STALE_UPLOAD_MS = 24 * 60 * 60 * 1000

/** What the dump tier will do. Removal is decided as it will be once today's dump is proven, and done only then. */
export interface DumpPlan {
  readonly key: string
  readonly manifestKey: string
  readonly bucketName: string
  readonly bucket: BucketState
  /** Today's dump, where there is one already: it stays until the new one is proven. */
  readonly replaces: Backup | undefined
  readonly newestProven: Backup | undefined
  /** The newest proven one of an earlier day: what stands whatever becomes of today's. */
  readonly newestEarlier: Backup | undefined
  /** Not listed means not pruned: the dump is made all the same, and the failure told. */
  readonly retention: Planned<RetentionPlan<Backup>>
  readonly staleUploads: Planned<readonly StaleUpload[]>
}

/** What the snapshot tier will do. */
export interface SnapshotPlan {
  readonly instance: string
  readonly name: string
  readonly action: SnapshotAction
  readonly newestAvailable: Snapshot | undefined
  readonly retention: Planned<RetentionPlan<Snapshot>>
}

export interface RunPlan {
  readonly at: Date
  readonly dump?: Planned<DumpPlan>
  readonly snapshot?: Planned<SnapshotPlan>
}

/** Decides what a run will do. Reads only; never rejects: a tier that cannot be planned carries its error. */
export async function planRun(
  site: Site,
  world: World,
  options: { readonly at: Date; readonly tier?: Tier | undefined },
): Promise<RunPlan> {
  const wanted = (tier: Tier): boolean => options.tier === undefined || options.tier === tier
  const [dump, snapshot] = await Promise.all([
    site.dump && wanted('dump') ? planned(() => planDump(site, world, options.at)) : undefined,
    site.snapshot && wanted('snapshot') ? planned(() => planSnapshot(site, world, options.at)) : undefined,
  ])
  return { at: options.at, ...(dump && { dump }), ...(snapshot && { snapshot }) }
}

export const dayOf = (at: Date): string => at.toISOString().slice(0, 10)

async function planDump(site: Site, world: World, at: Date): Promise<DumpPlan> {
  const { dump } = site
  if (!dump) throw new TypeError('the site has no dump tier')
  const store = { client: world.s3, bucket: dump.bucket, prefix: dump.prefix }
  const { signal } = world
  const bucket = await bucketState(store, { signal })
  const listed = await planned(async () => (bucket.exists ? listDumps(site, world) : []))
  const key = dumpKey(dump.prefix, dayOf(at))
  const backups = listed.plan ?? []
  const today: Backup = {
    id: key,
    key,
    manifestKey: manifestKey(dump.prefix, dayOf(at)),
    date: dayOf(at),
    at: new Date(`${dayOf(at)}T00:00:00Z`),
    bytes: 0,
    lastModified: at,
    sound: true,
  }
  return {
    key,
    manifestKey: today.manifestKey,
    bucketName: dump.bucket,
    bucket,
    replaces: backups.find((backup) => backup.key === key),
    newestProven: backups.find((backup) => backup.sound),
    newestEarlier: backups.find((backup) => backup.sound && backup.key !== key),
    retention:
      listed.plan === undefined
        ? listed
        : await planned(() =>
            planRetention([today, ...backups.filter((backup) => backup.key !== key)], dump.keep, at),
          ),
    staleUploads: await planned(async () =>
      bucket.exists ? listUploads(store, { olderThanMs: STALE_UPLOAD_MS, now: at, signal }) : [],
    ),
  }
}

async function planSnapshot(site: Site, world: World, at: Date): Promise<SnapshotPlan> {
  const { snapshot } = site
  if (!snapshot) throw new TypeError('the site has no snapshot tier')
  const name = dailyName(snapshot.namePrefix, dayOf(at))
  const ours = await listDailySnapshots(site, world)
  const existing = ours.find((one) => one.name === name)
  const today: Snapshot = {
    ...(existing ?? { id: name, name, fromInstanceName: snapshot.instance, createdAt: at, at }),
    state: 'available',
    sound: true,
  }
  return {
    instance: snapshot.instance,
    name,
    action: snapshotAction(existing),
    newestAvailable: ours.find((one) => one.sound),
    retention: await planned(() =>
      planRetention([today, ...ours.filter((one) => one.name !== name)], snapshot.keep, at, {
        soundName: 'available',
      }),
    ),
  }
}
