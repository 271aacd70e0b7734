import { S3RetentionError } from './errors.ts'

/** One answer of a listing: its entries, and where S3 says that the next page begins. */
export interface Page<T> {
  readonly entries: readonly T[]
  /** S3's `IsTruncated`. It is sent with every listing, so an answer without it is no listing. */
  readonly truncated: boolean | undefined
  readonly next: string | undefined
}

/**
 * All entries of all pages. Rejects with INCOMPLETE_LISTING when the pages do not fit together, because deciding on part of
 * a list would remove what the missing part protects.
 */
export async function everyPage<T>(
  place: string,
  read: (from: string | undefined) => Promise<Page<T>>,
): Promise<T[]> {
  const entries: T[] = []
  const seen = new Set<string>()
  let from: string | undefined
  for (;;) {
    const page = await read(from)
    entries.push(...page.entries)
    if (page.truncated === false && page.next === undefined) return entries
    if (page.truncated !== true || page.next === undefined || page.next === '') {
      throw incomplete(
        place,
        `a page says IsTruncated ${page.truncated} and ${page.next ? 'names' : 'does not name'} a next page`,
      )
    }
    if (seen.has(page.next)) throw incomplete(place, 'S3 sent the same page mark twice')
    seen.add(page.next)
    from = page.next
  }
}

/** The error of a listing that cannot be the whole one. */
export function incomplete(place: string, seen: string): S3RetentionError {
  return new S3RetentionError('INCOMPLETE_LISTING', `the listing of ${place} is incomplete: ${seen}`, {
    hint: 'Run again; when it stays, something between here and S3 (a proxy, an S3-compatible store) cuts or changes its answers.',
  })
}
