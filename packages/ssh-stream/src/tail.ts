/** Keeps the last bytes of a stream of any length. */
export interface Tail {
  add(chunk: Uint8Array): void
  text(): string
}

/** The last `maxBytes` of what is added. @param maxBytes 16 KiB unless given */
export function tail(maxBytes: number = 16 * 1024): Tail {
  let kept: Buffer = Buffer.alloc(0)
  return {
    add(chunk) {
      kept =
        chunk.length >= maxBytes
          ? Buffer.from(chunk.subarray(chunk.length - maxBytes))
          : Buffer.concat([kept, chunk]).subarray(-maxBytes)
    },
    text: () => kept.toString('utf8'),
  }
}

/** The end of a text as one line that is safe to print: no control or direction characters, no colours. */
export function asOneLine(text: string, maxChars: number = 2048): string {
  return text
    .replaceAll(ANSI, '')
    .split(/[\r\n]+/)
    .map((line) => line.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ').trim())
    .filter((line) => line !== '')
    .join(' | ')
    .slice(-maxChars)
}

const ANSI = new RegExp(String.raw`\p{Cc}\[[0-9;?]*[A-Za-z]`, 'gu')
