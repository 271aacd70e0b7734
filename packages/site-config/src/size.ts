const POWERS = ['', 'k', 'm', 'g', 't']

/** The form of a size: `512B`, `1KiB`, `10MB`, `1.5 GiB`. */
export const SIZE: RegExp = /^\d{1,15}(\.\d{1,9})? ?([KMGTkmgt]i?)?[Bb]$/

/**
 * Reads a size into bytes; undefined when it is not one. `KiB`, `MiB`… are powers of 1024, `kB`, `MB`… of 1000; a plain
 * number is bytes.
 */
export function parseSize(size: string | number): number | undefined {
  const bytes = typeof size === 'number' ? size : bytesOf(size)
  return bytes !== undefined && bytes >= 0 && Number.isSafeInteger(bytes) ? bytes : undefined
}

function bytesOf(text: string): number | undefined {
  if (!SIZE.test(text)) return undefined
  const [, amount, prefix = '', binary] = /^([\d.]+) ?([a-z])??(i)?b$/i.exec(text) ?? []
  return Math.round(Number(amount) * (binary ? 1024 : 1000) ** POWERS.indexOf(prefix.toLowerCase()))
}
