import { LightsailError } from './errors.ts'

/** The day's name: `<prefix>YYYY-MM-DD`, in UTC. `day` is a time, or that text itself; throws INVALID_DATE when it is no real day. */
export function dailyName(prefix: string, day: Date | string): string {
  const text =
    typeof day === 'string' ? day : Number.isNaN(day.getTime()) ? 'no time' : day.toISOString().slice(0, 10)
  if (!isDay(text)) {
    throw new LightsailError('INVALID_DATE', `${text} is not a day`, { hint: 'Write the day as YYYY-MM-DD.' })
  }
  return prefix + text
}

/** Whether a name is exactly `<prefix>YYYY-MM-DD` with a real date. Only such snapshots are ever candidates for removal. */
export function isDailyName(prefix: string, name: string): boolean {
  return name.startsWith(prefix) && isDay(name.slice(prefix.length))
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
}
