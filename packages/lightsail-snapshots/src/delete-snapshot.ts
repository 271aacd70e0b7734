import { DeleteInstanceSnapshotCommand, type LightsailClient } from '@aws-sdk/client-lightsail'
import { ask } from './ask.ts'
import { LightsailError } from './errors.ts'

/** Deletes one snapshot by its name; one that is gone already counts as deleted. Not exported: only a plan may remove. */
export async function deleteSnapshot(
  client: LightsailClient,
  name: string,
  { signal }: { readonly signal?: AbortSignal | undefined },
): Promise<void> {
  try {
    const { operations } = await ask(
      { action: 'lightsail:DeleteInstanceSnapshot', doing: `delete the snapshot ${name}`, signal },
      (sending) => client.send(new DeleteInstanceSnapshotCommand({ instanceSnapshotName: name }), sending),
    )
    const failed = operations?.find(({ status }) => status === 'Failed')
    if (!failed) return
    throw new LightsailError(
      'REFUSED',
      `Lightsail failed to delete the snapshot ${name}: ${failed.errorCode ?? 'no code'}: ${failed.errorDetails ?? 'no details'}`,
      { hint: 'Look at the snapshot in the Lightsail console.' },
    )
  } catch (error) {
    // The SDK's second try after a lost answer finds nothing, and so does a second run.
    if (error instanceof LightsailError && error.code === 'NOT_FOUND') return
    throw error
  }
}
