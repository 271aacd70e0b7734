/**
 * One word for a POSIX shell, whatever is in it, in single quotes.
 * @throws RangeError for a NUL character, which no argument can hold
 */
export function shellQuote(word: string): string {
  if (word.includes('\0')) throw new RangeError('a shell word cannot hold a NUL character')
  return `'${word.replaceAll("'", String.raw`'\''`)}'`
}
