import { setTimeout as sleep } from 'node:timers/promises'
import type { LightsailClient } from '@aws-sdk/client-lightsail'
import { LightsailError } from './errors.ts'
import { findSnapshot } from './find-snapshot.ts'
import type { Snapshot, SnapshotState } from './snapshot.ts'
import { stopped, timeLimit } from './stopped.ts'

/** How to wait for a snapshot. */
export interface WaitOptions {
  readonly signal?: AbortSignal | undefined
  /** The most between two looks; the first ones come after 1, 2, 4 … seconds. @default 15 seconds */
  readonly pollEveryMs?: number | undefined
  /** How long all may take, from the first request on. @default 30 minutes */
  readonly timeoutMs?: number | undefined
  /** Called after each look that finds it not ready. */
  readonly onWait?: ((state: SnapshotState) => void) | undefined
}

// A wait of half an hour must not end because one look failed: the SDK's own retries last some seconds only.
const FAILED_LOOKS_IN_A_ROW = 5
const PASSING: ReadonlySet<string> = new Set(['UNREACHABLE', 'SERVICE_FAILED', 'THROTTLED'])

/** Runs `work` with a signal that ends in SNAPSHOT_TIMEOUT when it takes longer than the options allow. */
export async function withinTime<T>(
  what: { readonly instance: string; readonly name: string },
  { signal, timeoutMs = 30 * 60_000 }: WaitOptions,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = timeLimit(signal, timeoutMs, () => late(what, timeoutMs))
  try {
    return await work(limit.signal)
  } finally {
    limit.lift()
  }
}

/** Waits until a snapshot that was begun is `available`. Its name may not show at once: that counts as pending. */
export async function waitForSnapshot(
  client: LightsailClient,
  what: { readonly instance: string; readonly name: string },
  options: Omit<WaitOptions, 'timeoutMs' | 'signal'> & { readonly signal: AbortSignal },
): Promise<Snapshot> {
  const { signal, pollEveryMs = 15_000, onWait } = options
  let shown = false
  let failures = 0
  let pause = Math.min(1000, pollEveryMs)
  for (;;) {
    try {
      const found = await findSnapshot(client, what.name, { signal })
      failures = 0
      if (found?.state === 'available') return found
      if (found?.state === 'error') throw broken(what)
      if (!found && shown) throw vanished(what)
      shown ||= found !== undefined
      onWait?.(found?.state ?? 'pending')
    } catch (error) {
      const passing = error instanceof LightsailError && PASSING.has(error.code)
      if (!passing || ++failures >= FAILED_LOOKS_IN_A_ROW) throw error
    }
    await sleep(pause, undefined, { signal }).catch(() => {
      throw stopped(signal, `wait for the snapshot ${what.name}`)
    })
    pause = Math.min(pause * 2, pollEveryMs)
  }
}

/** The error of a snapshot that Lightsail could not make. */
function broken({ instance, name }: { instance: string; name: string }): LightsailError {
  return new LightsailError(
    'SNAPSHOT_ERROR',
    `the snapshot ${name} of ${instance} ended in the state error`,
    {
      hint: `Verify that the instance is running (aws lightsail get-instance --instance-name ${instance} --query instance.state), then run again: a failed snapshot is removed and taken again.`,
    },
  )
}

function vanished({ instance, name }: { instance: string; name: string }): LightsailError {
  return new LightsailError(
    'NOT_FOUND',
    `the snapshot ${name} of ${instance} vanished while it was being made`,
    {
      hint: 'Find out who else deletes snapshots in this account, then run again.',
    },
  )
}

function late(what: { instance: string; name: string }, timeoutMs: number): LightsailError {
  const time = timeoutMs < 120_000 ? `${timeoutMs / 1000} s` : `${Math.round(timeoutMs / 60_000)} min`
  return new LightsailError(
    'SNAPSHOT_TIMEOUT',
    `the snapshot ${what.name} of ${what.instance} was not available after ${time}: Lightsail is still making it`,
    {
      hint: `Run again later, it is waited for and not taken twice; look at it with aws lightsail get-instance-snapshot --instance-snapshot-name ${what.name}.`,
    },
  )
}
