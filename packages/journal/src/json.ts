import { JournalError } from './errors.ts'

/** The value as it will be read back. Rejects (`NOT_JSON`) what would come back as something else. */
export function asJson(value: unknown, path: string): unknown {
  const wrong = firstWrong(value, path, new Set())
  if (wrong !== undefined) {
    throw new JournalError('NOT_JSON', `${wrong} cannot be kept in a record: it is not JSON`, {
      hint: 'Use plain objects, arrays, strings, finite numbers, booleans and null.',
    })
  }
  return JSON.parse(JSON.stringify(value))
}

function firstWrong(value: unknown, path: string, above: Set<unknown>): string | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : path
  if (typeof value !== 'object' || above.has(value)) return path
  const inside = new Set(above).add(value)
  if (Array.isArray(value)) return first(value.map((item, i) => firstWrong(item, `${path}[${i}]`, inside)))
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return path
  return first(
    Object.entries(value).map(([key, item]) =>
      // An absent property written as undefined is left out by JSON, and reads back alike.
      item === undefined ? undefined : firstWrong(item, `${path}.${key}`, inside),
    ),
  )
}

function first(found: readonly (string | undefined)[]): string | undefined {
  return found.find((path) => path !== undefined)
}
