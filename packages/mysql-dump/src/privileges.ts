/** One line of SHOW GRANTS, read. */
export interface Grant {
  readonly privileges: ReadonlySet<string>
  /** The grant's place: every database, the databases that a pattern stands for, or something smaller. */
  readonly on:
    | { readonly kind: 'global' }
    | { readonly kind: 'database'; readonly pattern: string }
    | { readonly kind: 'smaller'; readonly name: string }
  readonly to: string
  readonly revokes: boolean
}

/**
 * Reads SHOW GRANTS of the current user. The server lists there what its active roles give, too, and nothing of the roles
 * that are not active. Lines that grant no privilege (roles, proxies, default roles) are left out.
 */
export function readGrants(lines: readonly string[]): Grant[] {
  return lines.flatMap((line) => {
    const match =
      /^(GRANT|REVOKE) (.+?) ON (?:(TABLE|PROCEDURE|FUNCTION|PACKAGE|PACKAGE BODY) )?(\*|`(?:[^`]|``)*`)\.(\*|`(?:[^`]|``)*`) (?:TO|FROM) (.+?)(?: IDENTIFIED | REQUIRE | WITH |$)/s.exec(
        line,
      )
    if (!match) return []
    const [, verb, list = '', , schema = '', object = '', to = ''] = match
    const on: Grant['on'] =
      object !== '*'
        ? { kind: 'smaller', name: `${unquote(schema)}.${unquote(object)}` }
        : schema === '*'
          ? { kind: 'global' }
          : { kind: 'database', pattern: unquote(schema) }
    // A privilege on some columns only, `SELECT (id)`, is not the privilege.
    const privileges = new Set(
      list
        .replace(/[A-Z ]+\([^)]*\)(?:, )?/g, '')
        .split(/, */)
        .filter((name) => name !== ''),
    )
    return [{ privileges, on, to, revokes: verb === 'REVOKE' }]
  })
}

/** What a user may do in the whole of a database, tables that are hidden from it included. */
export interface Rights {
  /** Whether one of these is granted on the whole database, or everywhere. */
  has(...anyOf: readonly string[]): boolean
  /** Whether SELECT is granted on a table of the server's own, such as `mysql.proc`. */
  reads(schema: string, table: string): boolean
  /** The pattern by which the user itself (no role of it) has its rights here, when it is by one. */
  readonly pattern: string | undefined
}

/** What the grants add up to for one database, as the server does it: of a user's patterns that match, only the closest counts. */
export function rightsOn(database: string, grants: readonly Grant[]): Rights {
  const here = held(database, grants)
  const own = closest(
    database,
    grants.filter((g) => g.to.includes('@')),
  )
  return {
    has: (...anyOf) => here.has(ALL) || anyOf.some((privilege) => here.has(privilege)),
    reads(schema, table) {
      const there = held(schema, grants)
      const name = `${schema}.${table}`
      const direct = grants.filter(({ on }) => on.kind === 'smaller' && on.name === name)
      return [there, ...direct.map((g) => g.privileges)].some((set) => set.has('SELECT') || set.has(ALL))
    },
    pattern: own.pattern,
  }
}

const ALL = 'ALL PRIVILEGES'

function held(database: string, grants: readonly Grant[]): Set<string> {
  const given = grants.filter(({ revokes }) => !revokes)
  const rights = new Set(given.flatMap(({ on, privileges }) => (on.kind === 'global' ? [...privileges] : [])))
  for (const grantee of new Set(given.map(({ to }) => to))) {
    const { privileges } = closest(
      database,
      given.filter(({ to }) => to === grantee),
    )
    for (const privilege of privileges) rights.add(privilege)
  }
  // MySQL's partial revokes take a part of what is granted everywhere.
  for (const { on, privileges, revokes } of grants) {
    if (!revokes || on.kind !== 'database' || on.pattern !== database) continue
    for (const privilege of privileges) rights.delete(privilege)
  }
  return rights
}

function closest(
  database: string,
  grants: readonly Grant[],
): { readonly pattern: string | undefined; readonly privileges: readonly string[] } {
  let best: { pattern: string | undefined; privileges: readonly string[] } = {
    pattern: undefined,
    privileges: [],
  }
  let rank = -1
  for (const { on, privileges } of grants) {
    if (on.kind !== 'database' || !matches(on.pattern, database)) continue
    const wildcard = on.pattern.replace(/\\./g, 'xx').search(/[%_]/)
    const nearness = wildcard === -1 ? Infinity : wildcard
    // Of two that are as close the server takes one; in doubt, what both give.
    if (nearness === rank) best = { ...best, privileges: common(best.privileges, [...privileges]) }
    else if (nearness > rank) best = { pattern: on.pattern, privileges: [...privileges] }
    rank = Math.max(rank, nearness)
  }
  return best
}

function common(one: readonly string[], other: readonly string[]): readonly string[] {
  if (one.includes(ALL)) return other
  return other.includes(ALL) ? one : one.filter((privilege) => other.includes(privilege))
}

function matches(pattern: string, database: string): boolean {
  const source = pattern.replace(/\\?[\s\S]/g, (part) => {
    if (part === '%') return '.*'
    if (part === '_') return '.'
    return (part.length === 2 ? part.slice(1) : part).replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
  })
  return new RegExp(`^${source}$`, 'su').test(database)
}

function unquote(name: string): string {
  return name === '*' ? name : name.slice(1, -1).replaceAll('``', '`')
}
