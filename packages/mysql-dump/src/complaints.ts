// How the clients begin a line of their own: `mariadb-dump: Error 2013: …`, `ERROR 1045 (28000): …`.
const CLIENT = /^(?:\S*\/)?(?:mariadb|mysql)(?:-?dump)?: /

/**
 * What a client on the host said of errors, at most three lines and little of each: only lines that it wrote itself, and of
 * a statement that it quotes the start and the end, so that no row of a table ever gets into an error.
 */
export function complaints(stderr: string): string[] {
  return stderr
    .split('\n')
    .filter((line) => CLIENT.test(line) || /^ERROR \d+|^raxx: /.test(line))
    .map((line) =>
      line
        .replace(CLIENT, '')
        .replace(/\p{Cc}/gu, ' ')
        .trim(),
    )
    .filter((line) => !line.startsWith('Deprecated program name'))
    .map((line) => (line.length > 400 ? `${line.slice(0, 300)} … ${line.slice(-80)}` : line))
    .slice(0, 3)
}

/** The server's or the client's number of an error, where the line tells one. */
export function errorNumber(line: string): number | undefined {
  const match = /\berror:? (\d{4})\b/i.exec(line) ?? /\((\d{4})\)$/.exec(line)
  return match ? Number(match[1]) : undefined
}
