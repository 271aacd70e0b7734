export { createSnapshot, type CreateOptions } from './create-snapshot.ts'
export { dailyName, isDailyName } from './daily-name.ts'
export {
  type EnsuredSnapshot,
  ensureSnapshot,
  type SnapshotAction,
  snapshotAction,
} from './ensure-snapshot.ts'
export { LightsailError, type LightsailErrorCode } from './errors.ts'
export { findSnapshot } from './find-snapshot.ts'
export { listSnapshots } from './list-snapshots.ts'
export { type RemovedSnapshots, removeSnapshots } from './remove-snapshots.ts'
export type { Snapshot, SnapshotState } from './snapshot.ts'
export type { WaitOptions } from './wait-for-snapshot.ts'
