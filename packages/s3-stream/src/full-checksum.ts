import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { FullChecksum } from './head-object.ts'

interface Running {
  add(chunk: Uint8Array): void
  /** Base64, as S3 writes it. */
  result(): string
}

/** A running checksum of the kind S3 keeps for an object; undefined for none. */
export function checksumOf(algorithm: FullChecksum['algorithm'] | undefined): Running | undefined {
  switch (algorithm) {
    case 'SHA1':
    case 'SHA256': {
      const hash = createHash(algorithm)
      return { add: (chunk) => void hash.update(chunk), result: () => hash.digest('base64') }
    }
    case 'CRC32': {
      let value = 0
      return { add: (chunk) => void (value = crc32(chunk, value)), result: () => base64(0, value, 4) }
    }
    case 'CRC32C':
      return tableCrc(0x82f63b78n, 4)
    case 'CRC64NVME':
      // What S3 gives an object whose writer sent no checksum, such as an old AWS CLI.
      return tableCrc(0x9a6c9329ac4bc9b5n, 8)
    case undefined:
    default:
      return undefined
  }
}

/** A reflected CRC, byte by byte, in two halves of 32 bits: Node has only CRC32 built in. */
function tableCrc(polynomial: bigint, bytes: 4 | 8): Running {
  const high = new Int32Array(256)
  const low = new Int32Array(256)
  for (let index = 0; index < 256; index += 1) {
    let value = BigInt(index)
    for (let bit = 0; bit < 8; bit += 1) value = value & 1n ? (value >> 1n) ^ polynomial : value >> 1n
    high[index] = Number(BigInt.asIntN(32, value >> 32n))
    low[index] = Number(BigInt.asIntN(32, value))
  }
  let h = bytes === 8 ? -1 : 0
  let l = -1
  return {
    add(chunk) {
      for (const byte of chunk) {
        const index = (l ^ byte) & 255
        l = ((l >>> 8) | (h << 24)) ^ (low[index] ?? 0)
        h = (h >>> 8) ^ (high[index] ?? 0)
      }
    },
    result: () => base64(~h, ~l, bytes),
  }
}

function base64(high: number, low: number, bytes: 4 | 8): string {
  const value = Buffer.alloc(8)
  value.writeInt32BE(high | 0, 0)
  value.writeInt32BE(low | 0, 4)
  return value.subarray(8 - bytes).toString('base64')
}
