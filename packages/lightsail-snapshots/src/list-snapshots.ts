import { GetInstanceSnapshotsCommand, type LightsailClient } from '@aws-sdk/client-lightsail'
import { ask } from './ask.ts'
import { LightsailError } from './errors.ts'
import { snapshotFrom, type Snapshot } from './snapshot.ts'

/**
 * Lists snapshots, newest first: all pages or none. Rejects with LISTING_INCOMPLETE when Lightsail's pages do not make sense
 * (a token that comes back, a page without its list, an entry without a name, date or state), and with the page's own error
 * when one fails: a shorter list would have retention remove too much.
 */
export async function listSnapshots(
  client: LightsailClient,
  options: {
    /** Only those taken of this instance. Without it: all of the region. */
    readonly instance?: string | undefined
    readonly signal?: AbortSignal | undefined
  } = {},
): Promise<Snapshot[]> {
  const found = new Map<string, Snapshot>()
  const tokens = new Set<string>()
  let pageToken: string | undefined
  // The SDK has no paginator for Lightsail.
  do {
    const input = pageToken === undefined ? {} : { pageToken }
    const page = await ask(
      { action: 'lightsail:GetInstanceSnapshots', doing: 'list the snapshots', signal: options.signal },
      (sending) => client.send(new GetInstanceSnapshotsCommand(input), sending),
    )
    if (!page.instanceSnapshots) throw incomplete(`page ${tokens.size + 1} holds no list`)
    for (const raw of page.instanceSnapshots) {
      const snapshot = snapshotFrom(raw)
      if (!snapshot)
        throw incomplete(`the entry ${raw.name ?? '(no name)'} lacks its name, date, state or instance`)
      found.set(snapshot.name, snapshot)
    }
    pageToken = page.nextPageToken || undefined
    if (pageToken !== undefined && tokens.has(pageToken)) {
      throw incomplete(`page ${tokens.size + 1} leads back to one that was read before`)
    }
    if (pageToken !== undefined) tokens.add(pageToken)
  } while (pageToken !== undefined)
  return [...found.values()]
    .filter(({ fromInstanceName }) => options.instance === undefined || fromInstanceName === options.instance)
    .toSorted((a, b) => b.at.getTime() - a.at.getTime() || (a.name < b.name ? -1 : 1))
}

function incomplete(seen: string): LightsailError {
  return new LightsailError('LISTING_INCOMPLETE', `Lightsail's list of snapshots is not whole: ${seen}`, {
    hint: 'Run again; nothing is removed on the word of a list that is not whole.',
  })
}
