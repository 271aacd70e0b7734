import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'

/** What is known of bytes that went by. */
export interface Tally {
  readonly bytes: number
  /** Hex. */
  readonly sha256: string
  /** Base64 of the four bytes, highest first: as S3 writes a CRC32. */
  readonly crc32: string
}

/** Counts and hashes bytes as they go by. `result` may be asked for once. */
export function tally(): { add(chunk: Uint8Array): void; readonly bytes: number; result(): Tally } {
  const sha256 = createHash('sha256')
  let bytes = 0
  let crc = 0
  return {
    add(chunk) {
      bytes += chunk.byteLength
      crc = crc32(chunk, crc)
      sha256.update(chunk)
    },
    get bytes() {
      return bytes
    },
    result() {
      const checksum = Buffer.alloc(4)
      checksum.writeUInt32BE(crc)
      return { bytes, sha256: sha256.digest('hex'), crc32: checksum.toString('base64') }
    },
  }
}
