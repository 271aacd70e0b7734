const WORDS = new Uint8Array(256)
for (const letter of ' \n\r\t,.+-_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ') {
  WORDS[letter.charCodeAt(0)] = 1
}
const SINGLE = 0x27
const OPEN = 0x28
const CLOSE = 0x29
const MINUS = 0x2d
const BACKSLASH = 0x5c

/** Reads the tuples of one INSERT, piece by piece, and tells whether they hold nothing but literals. */
export interface RowGuard {
  /** False as soon as something is seen that no dump writes: an expression, a comment, a client command. */
  plain(bytes: Uint8Array, from: number, to: number): boolean
}

/**
 * Looks at the bytes of rows a second time, on its own: strings in single quotes where backslashes escape, and outside of
 * them numbers, NULL, hexadecimal and introducers. So neither the client nor the server can take a value for anything else.
 */
export function guardRows(): RowGuard {
  let inString = false
  let skip = false
  let depth = 0
  let before = 0
  return {
    plain(bytes, from, to) {
      let at = from
      while (at < to) {
        if (inString) {
          if (skip) {
            skip = false
            at += 1
          }
          while (at < to) {
            const byte = bytes[at++]
            if (byte === SINGLE) {
              inString = false
              break
            }
            if (byte === BACKSLASH) {
              if (at === to) skip = true
              at += 1
            }
          }
          before = SINGLE
          continue
        }
        const byte = bytes[at++] as number
        if (byte === SINGLE) inString = true
        else if (byte === OPEN) {
          if (depth === 1) return false
          depth = 1
        } else if (byte === CLOSE) {
          if (depth === 0) return false
          depth = 0
        } else if (WORDS[byte] === 0 || (byte === MINUS && before === MINUS)) return false
        before = byte
      }
      return true
    },
  }
}

/** Where a string or quoted name that begins at `at` ends, or -1. */
export function quotedEnd(text: string, at: number, backslashes: boolean): number {
  const quote = text.charAt(at)
  for (let index = at + 1; index < text.length; index++) {
    const character = text.charAt(index)
    if (character === '\\' && quote !== '`' && backslashes) index += 1
    else if (character === quote) {
      if (text.charAt(index + 1) !== quote) return index + 1
      index += 1
    }
  }
  return -1
}

/**
 * The text of a statement with its strings and quoted names blanked and its executable comments opened, or undefined when
 * it holds what the client or the server might read otherwise than we: other comments, a delimiter, a client command.
 */
export function skeleton(text: string): string | undefined {
  let out = ''
  let open = 0
  for (let at = 0; at < text.length;) {
    const character = text.charAt(at)
    if (character === "'" || character === '"' || character === '`') {
      const end = quotedEnd(text, at, true)
      if (end < 0) return undefined
      out += character === '`' ? '`x`' : "'x'"
      at = end
    } else if (character === ';' || character === '\\' || character === '#') return undefined
    else if (character === '-' && text.charAt(at + 1) === '-') return undefined
    else if (character === '/' && text.charAt(at + 1) === '*') {
      const opening = /^\/\*(?:!(\d{5})|M!(\d{5,6}))(?=\s)/.exec(text.slice(at, at + 12))
      // What only servers of 5.7 and later, or only MariaDB, execute may still be told by the one that imports.
      if (!opening || opening[1] === '99999' || opening[2] === '999999') return undefined
      open += 1
      out += ' '
      at += opening[0].length
    } else if (character === '*' && text.charAt(at + 1) === '/') {
      if (open === 0) return undefined
      open -= 1
      out += ' '
      at += 2
    } else {
      out += character
      at += 1
    }
  }
  return open === 0 ? out : undefined
}
