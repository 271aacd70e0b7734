import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'

/** The checksum algorithms of S3 (as of 2025). */
export const ALGORITHMS = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const
export type ChecksumAlgorithm = (typeof ALGORITHMS)[number]
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE'

/** A checksum of everything handed to it so far. `digest` is what S3 writes in base64. */
export interface RunningChecksum {
  update(chunk: Buffer): void
  digest(): Buffer
}

// Reflected polynomials; see the Rocksoft catalogue of CRCs (CRC-32/ISO-HDLC, CRC-32/ISCSI, CRC-64/NVME).
const POLYNOMIALS = {
  CRC32: { width: 32n, polynomial: 0xedb88320n },
  CRC32C: { width: 32n, polynomial: 0x82f63b78n },
  CRC64NVME: { width: 64n, polynomial: 0x9a6c9329ac4bc9b5n },
} as const
export type CrcAlgorithm = keyof typeof POLYNOMIALS

function bytesOf(value: bigint, width: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(Number(width) / 4, '0'), 'hex')
}

/** Table-driven, in two 32-bit halves: a bigint for each byte would be a hundred times slower. */
function tableCrc(algorithm: CrcAlgorithm): RunningChecksum {
  const { width, polynomial } = POLYNOMIALS[algorithm]
  const high = new Int32Array(256)
  const low = new Int32Array(256)
  for (let index = 0; index < 256; index += 1) {
    let value = BigInt(index)
    for (let bit = 0; bit < 8; bit += 1) value = value & 1n ? (value >> 1n) ^ polynomial : value >> 1n
    high[index] = Number(BigInt.asIntN(32, value >> 32n))
    low[index] = Number(BigInt.asIntN(32, value))
  }
  let h = width === 64n ? -1 : 0
  let l = -1
  return {
    update(chunk) {
      for (const byte of chunk) {
        const index = (l ^ byte) & 255
        l = ((l >>> 8) | (h << 24)) ^ (low[index] ?? 0)
        h = (h >>> 8) ^ (high[index] ?? 0)
      }
    },
    digest: () => {
      const whole = (BigInt.asUintN(32, BigInt(~h)) << 32n) | BigInt.asUintN(32, BigInt(~l))
      return bytesOf(BigInt.asUintN(Number(width), whole), width)
    },
  }
}

export function runningChecksum(algorithm: ChecksumAlgorithm): RunningChecksum {
  if (algorithm === 'SHA1' || algorithm === 'SHA256') {
    const hash = createHash(algorithm.toLowerCase())
    return { update: (chunk) => void hash.update(chunk), digest: () => hash.digest() }
  }
  if (algorithm !== 'CRC32') return tableCrc(algorithm)
  let value = 0
  return {
    update: (chunk) => void (value = crc32(chunk, value)),
    digest: () => bytesOf(BigInt(value), 32n),
  }
}

/**
 * The CRC of `first` followed by `second`, from their CRCs alone, so that a full-object checksum never needs the parts again.
 * The method is that of zlib's crc32_combine: multiply by x to the power of the bits that follow, modulo the polynomial.
 */
export function combineCrc(
  algorithm: CrcAlgorithm,
  first: Buffer,
  second: Buffer,
  secondBytes: number,
): Buffer {
  const { width, polynomial } = POLYNOMIALS[algorithm]
  const multiply = (a: bigint, b: bigint): bigint => {
    let product = 0n
    let factor = b
    for (let mask = 1n << (width - 1n); mask > 0n; mask >>= 1n) {
      if (a & mask) product ^= factor
      factor = factor & 1n ? (factor >> 1n) ^ polynomial : factor >> 1n
    }
    return product
  }
  let shift = 1n << (width - 1n)
  let power = 1n << (width - 9n)
  for (let rest = BigInt(secondBytes); rest > 0n; rest >>= 1n) {
    if (rest & 1n) shift = multiply(power, shift)
    power = multiply(power, power)
  }
  const value = multiply(shift, BigInt(`0x${first.toString('hex')}`)) ^ BigInt(`0x${second.toString('hex')}`)
  return bytesOf(value, width)
}

export function isCrc(algorithm: ChecksumAlgorithm): algorithm is CrcAlgorithm {
  return algorithm in POLYNOMIALS
}
