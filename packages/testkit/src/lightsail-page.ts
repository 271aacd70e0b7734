import { lightsailError } from './lightsail-error.ts'
import type { LightsailState } from './lightsail-state.ts'

/**
 * One page of a listing. The token remembers the last item and not a position, so that nothing is skipped when something is
 * removed between two pages. A token of another listing, or one made up, is refused.
 */
export function page<Item extends { readonly order: number }>(
  state: LightsailState,
  items: readonly Item[],
  listing: string,
  token: string | undefined,
  direction: 'ascending' | 'descending' = 'ascending',
): { readonly items: readonly Item[]; readonly nextPageToken: string | undefined } {
  const last = token === undefined ? undefined : decode(token, listing)
  const rest =
    last === undefined
      ? items
      : items.filter((item) => (direction === 'ascending' ? item.order > last : item.order < last))
  const taken = rest.slice(0, state.pageSize)
  const end = taken.at(-1)
  return {
    items: taken,
    nextPageToken: end && rest.length > taken.length ? encode(end.order, listing) : undefined,
  }
}

function encode(order: number, listing: string): string {
  return Buffer.from(JSON.stringify([listing, order])).toString('base64url')
}

function decode(token: string, listing: string): number {
  try {
    const [of, order] = JSON.parse(Buffer.from(token, 'base64url').toString()) as [unknown, unknown]
    if (of === listing && typeof order === 'number') return order
  } catch {
    // Refused below, as a token of another listing is.
  }
  throw lightsailError('InvalidInputException', `The page token is not valid: ${token}`, 'InvalidParameter')
}
