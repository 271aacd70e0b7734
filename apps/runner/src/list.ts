import type { Backup } from '@raxx/s3-retention'
import type { Snapshot } from '@raxx/lightsail-snapshots'
import type { Site } from '@raxx/site-config'
import { listDumps, listInstanceSnapshots } from './list-backups.ts'
import { planned } from './planned.ts'
import { type ErrorDocument, errorDocument } from './told.ts'
import type { World } from './world.ts'

/** What `list --json` prints: newest first. */
export interface ListReport {
  readonly schema: 'raxx.list/1'
  readonly site: string
  readonly outcome: 'ok' | 'partial' | 'failed'
  /** Null when they could not be listed; empty without such a tier. */
  readonly dumps: readonly ListedDump[] | null
  readonly snapshots: readonly ListedSnapshot[] | null
  /** Why a tier could not be listed. */
  readonly errors: { readonly dumps: ErrorDocument | null; readonly snapshots: ErrorDocument | null }
}

export interface ListedDump {
  readonly date: string
  readonly key: string
  readonly bytes: number
  readonly proven: boolean
  /** Why it is not proven. */
  readonly unproven: string | null
  readonly takenAt: string | null
  readonly ageSeconds: number
  readonly tables: number | null
  readonly rows: number | null
}

export interface ListedSnapshot {
  readonly name: string
  readonly state: string
  readonly createdAt: string
  readonly ageSeconds: number
  readonly sizeInGb: number | null
}

/** Reads both stores; a tier that cannot be read is told and leaves the other readable. */
export async function listSite(site: Site, world: World): Promise<ListReport> {
  const now = world.now()
  const [dumps, snapshots] = await Promise.all([
    planned(() => listDumps(site, world)),
    planned(() => listInstanceSnapshots(site, world)),
  ])
  const failed = [dumps, snapshots].filter((one) => one.plan === undefined).length
  const tiers = Number(site.dump !== undefined) + Number(site.snapshot !== undefined)
  return {
    schema: 'raxx.list/1',
    site: site.name,
    outcome: failed === 0 ? 'ok' : failed < tiers ? 'partial' : 'failed',
    dumps: dumps.plan?.map((backup) => listedDump(backup, now)) ?? null,
    snapshots: snapshots.plan?.map((snapshot) => listedSnapshot(snapshot, now)) ?? null,
    errors: {
      dumps: dumps.plan ? null : errorDocument(dumps.error),
      snapshots: snapshots.plan ? null : errorDocument(snapshots.error),
    },
  }
}

/** The few things of a manifest that a listing shows, whatever else the document holds. */
function manifestFigures(manifest: unknown): {
  takenAt: string | null
  tables: number | null
  rows: number | null
} {
  const document = (manifest ?? {}) as { takenAt?: unknown; tables?: unknown }
  const tables = Array.isArray(document.tables) ? (document.tables as { rows?: unknown }[]) : undefined
  return {
    takenAt: typeof document.takenAt === 'string' ? document.takenAt : null,
    tables: tables?.length ?? null,
    rows: tables?.reduce((sum, table) => sum + (typeof table?.rows === 'number' ? table.rows : 0), 0) ?? null,
  }
}

function listedDump(backup: Backup, now: Date): ListedDump {
  const figures = manifestFigures(backup.manifest)
  const taken = figures.takenAt === null ? backup.lastModified : new Date(figures.takenAt)
  return {
    date: backup.date,
    key: backup.key,
    bytes: backup.bytes,
    proven: backup.sound,
    unproven: backup.unproven ?? null,
    ...figures,
    ageSeconds: ageSeconds(taken, now),
  }
}

const listedSnapshot = (snapshot: Snapshot, now: Date): ListedSnapshot => ({
  name: snapshot.name,
  state: snapshot.state,
  createdAt: snapshot.createdAt.toISOString(),
  ageSeconds: ageSeconds(snapshot.createdAt, now),
  sizeInGb: snapshot.sizeInGb ?? null,
})

const ageSeconds = (at: Date, now: Date): number => Math.round((now.getTime() - at.getTime()) / 1000)
