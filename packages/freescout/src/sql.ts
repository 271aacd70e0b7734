/** What this package needs of a connection: rows as text, NULL as 'NULL'. */
export interface SqlPort {
  query(sql: string): Promise<readonly (readonly string[])[]>
}

/** An identifier in backquotes, whatever is in it. */
export function named(...path: readonly string[]): string {
  return path.map((name) => `\`${name.replaceAll('`', '``')}\``).join('.')
}
