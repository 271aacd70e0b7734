/** The piece ended inside the string. */
export const OPEN: number = -1
/** The piece ended inside the string, right after a backslash: the next byte is escaped. */
export const OPEN_ESCAPED: number = -2

const BACKSLASH = 0x5c

/**
 * Where a quoted string ends: the index after its closing quote, or `OPEN`, or `OPEN_ESCAPED`. A doubled quote is seen as
 * two strings that touch, which ends at the same place and needs no look ahead.
 */
export function skipString(
  bytes: Uint8Array,
  from: number,
  to: number,
  quote: number,
  backslashes: boolean,
): number {
  let at = from
  if (!backslashes) {
    while (at < to) if (bytes[at++] === quote) return at
    return OPEN
  }
  while (at < to) {
    const byte = bytes[at++]
    if (byte === quote) return at
    if (byte === BACKSLASH) at += 1
  }
  return at > to ? OPEN_ESCAPED : OPEN
}
