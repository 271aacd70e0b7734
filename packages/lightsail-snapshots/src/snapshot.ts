import type { InstanceSnapshot } from '@aws-sdk/client-lightsail'
import type { RetentionItem } from '@raxx/retention'

/** Lightsail knows `pending`, `available` and `error`; anything it may say later is carried as it is. */
export type SnapshotState = 'pending' | 'available' | 'error' | (string & {})

/** A snapshot of an instance, in the shape that `planRetention` decides about. */
export interface Snapshot extends RetentionItem {
  /** Its name: unique in the region. */
  readonly id: string
  readonly name: string
  readonly at: Date
  readonly createdAt: Date
  readonly state: SnapshotState
  /** Whether it is `available`: only such a one can become an instance. */
  readonly sound: boolean
  /** Set while it is `pending`: Lightsail is still making it. */
  readonly held?: string
  /** The instance that it was taken of; it may be gone, or another one have its name now. */
  readonly fromInstanceName: string
  readonly fromBundleId?: string
  readonly fromBlueprintId?: string
  /** Size of the disk, not of what is billed. */
  readonly sizeInGb?: number
  readonly arn?: string
  readonly tags?: Readonly<Record<string, string>>
}

/** Lightsail's own shape made ours; undefined when it lacks what every snapshot has. */
export function snapshotFrom(raw: InstanceSnapshot): Snapshot | undefined {
  const { name, createdAt, state, fromInstanceName } = raw
  if (!name || !createdAt || !state || fromInstanceName === undefined) return undefined
  return {
    id: name,
    name,
    at: createdAt,
    createdAt,
    state,
    sound: state === 'available',
    ...(state === 'pending' && { held: 'still being made' }),
    fromInstanceName,
    ...(raw.fromBundleId !== undefined && { fromBundleId: raw.fromBundleId }),
    ...(raw.fromBlueprintId !== undefined && { fromBlueprintId: raw.fromBlueprintId }),
    ...(raw.sizeInGb !== undefined && { sizeInGb: raw.sizeInGb }),
    ...(raw.arn !== undefined && { arn: raw.arn }),
    ...(raw.tags && { tags: Object.fromEntries(raw.tags.map(({ key, value }) => [key ?? '', value ?? ''])) }),
  }
}
