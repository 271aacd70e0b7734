/** The fields of a document that hold somebody else's words: errors, reasons. All others are ours, and stay as they are. */
const WORDS: ReadonlySet<string> = new Set(['message', 'hint', 'reasons', 'unproven', 'problems', 'state'])

/** A document with its free text gone through `clean`; secrets are looked for before JSON spells them in its own way. */
export function cleanDocument<T>(document: T, clean: (text: string) => string): T {
  return walk(document, false, clean) as T
}

function walk(value: unknown, words: boolean, clean: (text: string) => string): unknown {
  if (typeof value === 'string') return words ? clean(value) : value
  if (Array.isArray(value)) return value.map((one) => walk(one, words, clean))
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, walk(one, words || WORDS.has(key), clean)]),
  )
}
