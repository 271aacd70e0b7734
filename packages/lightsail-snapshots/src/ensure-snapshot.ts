import type { LightsailClient } from '@aws-sdk/client-lightsail'
import { createSnapshot, nameTaken, type CreateOptions } from './create-snapshot.ts'
import { deleteSnapshot } from './delete-snapshot.ts'
import { findSnapshot } from './find-snapshot.ts'
import type { Snapshot } from './snapshot.ts'
import { waitForSnapshot, withinTime } from './wait-for-snapshot.ts'

/** What is to be done so that there is an available snapshot of a name. */
export type SnapshotAction = 'take' | 'keep' | 'wait' | 'retake'

/** Decides it from the snapshot that has the name now: available, kept; in error, taken again; anything else, waited for. */
export function snapshotAction(existing: Pick<Snapshot, 'state'> | undefined): SnapshotAction {
  if (!existing) return 'take'
  if (existing.state === 'available') return 'keep'
  return existing.state === 'error' ? 'retake' : 'wait'
}

/** An available snapshot, and how there came to be one. */
export interface EnsuredSnapshot {
  /** `existing`: it was available before. `awaited`: it was pending. `taken`, `retaken`: it is new; `retaken` replaces one in error. */
  readonly outcome: 'existing' | 'awaited' | 'taken' | 'retaken'
  readonly snapshot: Snapshot
}

const OUTCOMES = { take: 'taken', keep: 'existing', wait: 'awaited', retake: 'retaken' } as const

/**
 * Sees to it that the instance has an available snapshot of this exact name: the day's. One that is available is kept, one
 * that is pending (an earlier run was cut off) is waited for, one in error is removed and taken again. Running it twice takes
 * one snapshot. Rejects as `createSnapshot` does; with NAME_TAKEN when the name belongs to a snapshot of another instance.
 */
export async function ensureSnapshot(
  client: LightsailClient,
  options: CreateOptions,
): Promise<EnsuredSnapshot> {
  return await withinTime(options, options, async (signal) => {
    const existing = await findSnapshot(client, options.name, { signal })
    if (existing && existing.fromInstanceName !== options.instance) throw nameTaken(options, existing)
    const action = snapshotAction(existing)
    const outcome = OUTCOMES[action]
    if (action === 'keep' && existing) return { outcome, snapshot: existing }
    if (action === 'wait') {
      return { outcome, snapshot: await waitForSnapshot(client, options, { ...options, signal }) }
    }
    if (action === 'retake') await deleteSnapshot(client, options.name, { signal })
    return { outcome, snapshot: await createSnapshot(client, { ...options, signal }) }
  })
}
