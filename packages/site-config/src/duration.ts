const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

/** The form of a duration: `90s`, `5m`, `26h`, `8d`, `1h30m`. A bare number is none: its unit would be a guess. */
export const DURATION: RegExp = /^(\d{1,9}(\.\d{1,9})?(ms|s|m|h|d|w))+$/

/** Reads a duration into milliseconds; undefined when `text` is not one, or is zero. Units: ms, s, m, h, d, w. */
export function parseDuration(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined
  let total = 0
  for (const [, amount, unit] of text.matchAll(/([\d.]+)([a-z]+)/g)) {
    total += Number(amount) * (UNITS[unit ?? ''] ?? Number.NaN)
  }
  const ms = Math.round(total)
  return ms > 0 && Number.isSafeInteger(ms) ? ms : undefined
}
