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
}

/** What the grants add up to for one database, as the server does it: of a user's patterns that match, only the closest counts. */
export function rightsOn(database: string, grants: readonly Grant[]): Rights {
  const held = (schema: string): Set<string> => {
    const rights = new Set(
      grants.filter((g) => g.on.kind === 'global' && !g.revokes).flatMap((g) => [...g.privileges]),
    )
    for (const grantee of new Set(grants.map((g) => g.to))) {
      for (const privilege of closest(
        schema,
        grants.filter((g) => g.to === grantee && !g.revokes),
      ))
        rights.add(privilege)
    }
    // MySQL's partial revokes: taken from everywhere else than the global grants say.
    for (const g of grants) {
      if (g.revokes && g.on.kind === 'database' && g.on.pattern === schema)
        for (const p of g.privileges) rights.delete(p)
    }
    return rights
  }
  const here = held(database)
  return {
    has: (...anyOf) => here.has('ALL PRIVILEGES') || anyOf.some((privilege) => here.has(privilege)),
    reads: (schema, table) =>
      held(schema).has('SELECT') ||
      held(schema).has('ALL PRIVILEGES') ||
      grants.some(
        (g) =>
          g.on.kind === 'smaller' &&
          g.on.name === `${schema}.${table}` &&
          (g.privileges.has('SELECT') || g.privileges.has('ALL PRIVILEGES')),
      ),
  }
}

function closest(database: string, grants: readonly Grant[]): readonly string[] {
  let best: readonly string[] = []
  let rank = -1
  for (const { on, privileges } of grants) {
    if (on.kind !== 'database' || !matches(on.pattern, database)) continue
    const wildcard = on.pattern.replace(/\\./g, 'xx').search(/[%_]/)
    const nearness = wildcard === -1 ? Infinity : wildcard
    // Of two that are as close the server takes one; in doubt, what both give.
    if (nearness === rank) best = best.filter((privilege) => privileges.has(privilege))
    else if (nearness > rank) best = [...privileges]
    rank = Math.max(rank, nearness)
  }
  return best
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
