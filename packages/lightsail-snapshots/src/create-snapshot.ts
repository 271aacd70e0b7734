import { CreateInstanceSnapshotCommand, type LightsailClient } from '@aws-sdk/client-lightsail'
import { ask } from './ask.ts'
import { LightsailError } from './errors.ts'
import { findSnapshot } from './find-snapshot.ts'
import type { Snapshot } from './snapshot.ts'
import { type WaitOptions, waitForSnapshot, withinTime } from './wait-for-snapshot.ts'

/** What to take a snapshot of, and what to call it. */
export interface CreateOptions extends WaitOptions {
  readonly instance: string
  /** Letters, digits, `_` and `-`; no other resource of the region may have it. */
  readonly name: string
  /** Tags of the snapshot. They need `lightsail:TagResource`. */
  readonly tags?: Readonly<Record<string, string>> | undefined
  /** The time: to tell a snapshot that this call made from one that was there. */
  readonly now: () => Date
}

// How far the clocks of this machine and of Lightsail may be apart: AWS refuses signatures that are further off.
const CLOCK_SKEW_MS = 5 * 60_000

// After these Lightsail may have begun the snapshot all the same: an answer was lost, or the SDK's second try found its first.
const MAY_HAVE_BEGUN: ReadonlySet<string> = new Set(['NAME_TAKEN', 'UNREACHABLE', 'SERVICE_FAILED'])

/**
 * Takes a snapshot and resolves once it is `available`. An answer lost after Lightsail had begun it is recognised as the
 * success it is. Rejects with NOT_FOUND (no such instance), NAME_TAKEN, SNAPSHOT_ERROR, SNAPSHOT_TIMEOUT, ACCESS_DENIED and the
 * other codes of `LightsailError`. When it is aborted, or times out, what Lightsail has begun goes on there: the next
 * `ensureSnapshot` of that name finds it.
 */
export async function createSnapshot(client: LightsailClient, options: CreateOptions): Promise<Snapshot> {
  return await withinTime(options, options, async (signal) => {
    await beginSnapshot(client, { ...options, signal })
    return await waitForSnapshot(client, options, { ...options, signal })
  })
}

async function beginSnapshot(
  client: LightsailClient,
  { instance, name, tags, now, signal }: CreateOptions & { readonly signal: AbortSignal },
): Promise<void> {
  const since = now().getTime() - CLOCK_SKEW_MS
  try {
    const { operations } = await ask(
      {
        action: `lightsail:CreateInstanceSnapshot${tags ? ' and lightsail:TagResource' : ''}`,
        doing: `take the snapshot ${name} of ${instance}`,
        missingHint: `Verify the instance's name and region: aws lightsail get-instance --instance-name ${instance}.`,
        signal,
      },
      (sending) =>
        client.send(
          new CreateInstanceSnapshotCommand({
            instanceName: instance,
            instanceSnapshotName: name,
            ...(tags && { tags: Object.entries(tags).map(([key, value]) => ({ key, value })) }),
          }),
          sending,
        ),
    )
    const failed = operations?.find(({ status }) => status === 'Failed')
    if (failed) {
      throw new LightsailError(
        'SNAPSHOT_ERROR',
        `Lightsail failed to begin the snapshot ${name} of ${instance}: ${failed.errorCode ?? 'no code'}: ${failed.errorDetails ?? 'no details'}`,
        {
          hint: `Verify that the instance is running: aws lightsail get-instance --instance-name ${instance} --query instance.state.`,
        },
      )
    }
  } catch (error) {
    if (!(error instanceof LightsailError) || !MAY_HAVE_BEGUN.has(error.code)) throw error
    const found = await findSnapshot(client, name, { signal }).catch((looking: unknown) => {
      if (signal.aborted) throw looking
      // What matters is that taking it failed; that looking for it failed too adds nothing.
      throw error
    })
    if (found?.fromInstanceName === instance && found.createdAt.getTime() >= since) return
    throw error.code === 'NAME_TAKEN' ? nameTaken({ instance, name }, found, error) : error
  }
}

/** The error of a name that something else has, which tells what. */
export function nameTaken(
  { instance, name }: { instance: string; name: string },
  found: Snapshot | undefined,
  cause?: LightsailError,
): LightsailError {
  const holder = found
    ? `a snapshot of ${found.fromInstanceName}, created ${found.createdAt.toISOString()}, has that name`
    : 'another resource of the region (an instance, a disk, a static IP, a key pair) has that name'
  return new LightsailError('NAME_TAKEN', `cannot take the snapshot ${name} of ${instance}: ${holder}`, {
    hint: 'Choose another name, or rename or remove what holds it: Lightsail has one namespace for all resources of a region.',
    cause,
  })
}
