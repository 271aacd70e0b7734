/** Bytes from `650MB`, `2GB` or `1000000`. */
export function parseSize(text: string): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)\s*([kMG]?)B?$/.exec(text) ?? []
  if (number === undefined) throw new Error(`${text} is not a size: write 650MB or 2GB`)
  return Number(number) * { '': 1, k: 1e3, M: 1e6, G: 1e9 }[unit as '' | 'k' | 'M' | 'G']
}

export const inMegabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`
