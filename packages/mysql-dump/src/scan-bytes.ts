// The bytes that the SQL of a dump is read by; all of its syntax is ASCII.
export const LF = 10
export const SPACE = 0x20
export const DOUBLE = 0x22
export const HASH = 0x23
export const SINGLE = 0x27
export const OPEN_PAREN = 0x28
export const CLOSE_PAREN = 0x29
export const STAR = 0x2a
export const COMMA = 0x2c
export const MINUS = 0x2d
export const SLASH = 0x2f
export const BACKTICK = 0x60

/** The bytes that may mean something outside of strings and comments. */
export function stopsFor(delimiter: Uint8Array): Uint8Array {
  const stops = new Uint8Array(256)
  for (const byte of [DOUBLE, HASH, SINGLE, OPEN_PAREN, CLOSE_PAREN, STAR, MINUS, SLASH, BACKTICK])
    stops[byte] = 1
  stops[delimiter[0] as number] = 1
  return stops
}

/** Whether `wanted` stands at that place, wholly. */
export function matches(bytes: Uint8Array, at: number, wanted: Uint8Array): boolean {
  for (let index = 0; index < wanted.length; index++) if (bytes[at + index] !== wanted[index]) return false
  return true
}
