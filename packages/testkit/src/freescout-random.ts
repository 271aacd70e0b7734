/** A seeded source of chance: the same seed gives the same run of draws on every machine. */
export interface Random {
  /** From 0 up to, but not including, 1. */
  next(): number
  /** A whole number from 0 up to, but not including, `below`. */
  int(below: number): number
  chance(probability: number): boolean
  pick<T>(list: readonly T[]): T
  /** As `pick`, but the first of the list come far more often, as words do in a language. */
  skewed<T>(list: readonly T[]): T
  hex(length: number): string
  /** Characters of base64 that no compressor can shorten by more than a quarter. */
  base64(length: number): string
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const PAIRS = Array.from({ length: 4096 }, (_, n) => BASE64.charAt(n >> 6) + BASE64.charAt(n & 63))
const OCTETS = Array.from({ length: 256 }, (_, n) => n.toString(16).padStart(2, '0'))

/** sfc32, by Chris Doty-Humphrey (PractRand): 128 bits of state, passes PractRand, a few nanoseconds a draw. */
export function seededRandom(seed: number, stream = 0): Random {
  let a = seed | 0
  let b = stream | 0
  let c = Math.floor(seed / 2 ** 32) | 0
  let counter = 1
  const draw = (): number => {
    const t = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + t) | 0
    return t >>> 0
  }
  for (let n = 0; n < 12; n += 1) draw()
  const int = (below: number): number => Math.floor((draw() / 2 ** 32) * below)
  const text = (length: number, table: readonly string[], bits: number): string => {
    let made = ''
    while (made.length < length) {
      const bitsDrawn = draw()
      made += table[bitsDrawn & (2 ** bits - 1)]! + table[(bitsDrawn >>> bits) & (2 ** bits - 1)]!
    }
    return made.slice(0, length)
  }
  return {
    next: () => draw() / 2 ** 32,
    int,
    chance: (probability) => draw() < probability * 2 ** 32,
    pick: <T>(list: readonly T[]) => list[int(list.length)]!,
    skewed: <T>(list: readonly T[]) => {
      const u = draw() / 2 ** 32
      return list[Math.floor(u * u * list.length)]!
    },
    hex: (length) => text(length, OCTETS, 8),
    base64: (length) => text(length, PAIRS, 12),
  }
}
