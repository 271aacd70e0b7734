import { GetInstanceSnapshotCommand, type LightsailClient } from '@aws-sdk/client-lightsail'
import { ask } from './ask.ts'
import { LightsailError } from './errors.ts'
import { listSnapshots } from './list-snapshots.ts'
import { snapshotFrom, type Snapshot } from './snapshot.ts'

/**
 * The snapshot of this exact name, of whatever instance; undefined when there is none. Where `lightsail:GetInstanceSnapshot` is
 * denied, it looks through the list instead: policies written for shell scripts often grant that one alone.
 */
export async function findSnapshot(
  client: LightsailClient,
  name: string,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Snapshot | undefined> {
  const { signal } = options
  try {
    const { instanceSnapshot } = await ask(
      { action: 'lightsail:GetInstanceSnapshot', doing: `look at the snapshot ${name}`, signal },
      (sending) => client.send(new GetInstanceSnapshotCommand({ instanceSnapshotName: name }), sending),
    )
    const snapshot = instanceSnapshot && snapshotFrom(instanceSnapshot)
    if (snapshot) return snapshot
    throw new LightsailError('SERVICE_FAILED', `Lightsail's answer does not describe the snapshot ${name}`, {
      hint: 'Run again; if it stays, look at health.aws.amazon.com.',
    })
  } catch (error) {
    if (!(error instanceof LightsailError)) throw error
    if (error.code === 'NOT_FOUND') return undefined
    if (error.code !== 'ACCESS_DENIED') throw error
    const all = await listSnapshots(client, options)
    return all.find((snapshot) => snapshot.name === name)
  }
}
