/** The first bytes of a statement, up to a limit, with its comments taken out. */
export interface Head {
  readonly length: number
  readonly full: boolean
  add(bytes: Uint8Array, from: number, to: number): void
  addByte(byte: number): void
  /** Whether the last word, spaces aside, is `word` (upper case, ASCII), in whatever case, and not part of a longer one. */
  endsWith(word: string): boolean
  startsWith(word: string): boolean
  text(): string
  clear(): void
}

const isSpace = (byte: number): boolean => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)
const isWord = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) ||
  ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a) ||
  byte >= 0x80 ||
  byte === 0x5f

/** Grows by need, so that the usual small statement costs little, and never beyond `limit` bytes. */
export function boundedHead(limit: number): Head {
  let buffer = Buffer.allocUnsafe(Math.min(limit, 4096))
  let length = 0

  const room = (wanted: number): void => {
    if (wanted <= buffer.length) return
    const larger = Buffer.allocUnsafe(Math.min(limit, Math.max(wanted, buffer.length * 2)))
    buffer.copy(larger, 0, 0, length)
    buffer = larger
  }
  const wordAt = (word: string, at: number): boolean => {
    for (let index = 0; index < word.length; index++) {
      if (((buffer[at + index] ?? 0) & 0xdf) !== word.charCodeAt(index)) return false
    }
    return true
  }
  return {
    get length() {
      return length
    },
    get full() {
      return length >= limit
    },
    add(bytes, from, to) {
      const end = Math.min(to, from + limit - length)
      if (end <= from) return
      room(length + end - from)
      buffer.set(bytes.subarray(from, end), length)
      length += end - from
    },
    addByte(byte) {
      if (length >= limit) return
      room(length + 1)
      buffer[length++] = byte
    },
    endsWith(word) {
      let end = length
      while (end > 0 && isSpace(buffer[end - 1] ?? 0)) end--
      const start = end - word.length
      return start >= 0 && wordAt(word, start) && (start === 0 || !isWord(buffer[start - 1] ?? 0))
    },
    startsWith(word) {
      let start = 0
      while (start < length && isSpace(buffer[start] ?? 0)) start++
      return (
        start + word.length <= length && wordAt(word, start) && !isWord(buffer[start + word.length] ?? 0x20)
      )
    },
    text: () => buffer.toString('utf8', 0, length).trim(),
    clear() {
      length = 0
      // One huge statement must not cost its memory for the rest of the dump.
      if (buffer.length > 65_536) buffer = Buffer.allocUnsafe(4096)
    },
  }
}
