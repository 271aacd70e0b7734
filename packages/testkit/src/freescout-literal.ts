/** What a column of a generated row can hold. A flag is a 0 or a 1. */
export type Cell = string | number | boolean | null

const ESCAPES: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\n': '\\n',
  '\r': '\\r',
  '\u001A': '\\Z',
  "'": "\\'",
  '\\': '\\\\',
}

// The same characters that mariadb-dump escapes.
const SPECIAL = new RegExp(
  `[${Object.keys(ESCAPES)
    .map((character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`)
    .join('')}]`,
  'g',
)

/** A row by its columns' names. All rows of a table name the same columns in the same order; the others get their defaults. */
export type Columns = Readonly<Record<string, Cell>>

/** A row as it stands after VALUES. */
export function tuple(columns: Columns): string {
  let text = '('
  for (const cell of Object.values(columns)) {
    if (text.length > 1) text += ','
    if (cell === null) text += 'NULL'
    else if (typeof cell === 'string') text += `'${cell.replace(SPECIAL, (found) => ESCAPES[found]!)}'`
    else text += Number(cell)
  }
  return `${text})`
}

/** A moment as a TIMESTAMP column takes it, in UTC. */
export const moment = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ')
