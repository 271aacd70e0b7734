const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const

/** An age in the largest unit that fits it twice over: `3 days`, `26 hours`, `40 minutes`. */
export function ageText(seconds: number): string {
  for (const [unit, size] of UNITS) {
    const count = Math.floor(seconds / size)
    if (count >= 2 || (count >= 1 && unit === 'minute')) return `${count} ${unit}${count === 1 ? '' : 's'}`
  }
  return 'under a minute'
}
