/** Where a grant on one database is, as SQL: `_` and `%` in its name are wildcards there unless escaped. */
export function databasePlace(database: string): string {
  return patternPlace(database.replace(/[\\_%]/g, '\\$&'))
}

/** Where a grant on the databases of a pattern is, as SQL. */
export function patternPlace(pattern: string): string {
  return `\`${pattern.replaceAll('`', '``')}\`.*`
}

/** `shop@localhost` as SQL. */
export function account(user: string): string {
  const at = user.lastIndexOf('@')
  return at === -1 ? text(user) : `${text(user.slice(0, at))}@${text(user.slice(at + 1))}`
}

function text(part: string): string {
  return `'${part.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
}
