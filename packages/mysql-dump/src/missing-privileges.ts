import { account, databasePlace, patternPlace } from './grant-words.ts'
import { rightsOn, type Grant } from './privileges.ts'

/** Something that a dump by this user would leave out, or stop at, and the statement that mends it. */
export interface MissingPrivilege {
  readonly privilege: string
  /** What would go missing, or fail. */
  readonly why: string
  /** For an administrator of the server. */
  readonly grant: string
}

export interface Routine {
  readonly type: string
  readonly name: string
  readonly definer: string
  /** Whether the user was shown its body. */
  readonly readable: boolean
}

/**
 * What the current user of a server cannot see of a database. Most of it a dump leaves out in silence, with exit code 0 and
 * a whole trailer: so everything must be granted on the whole database, for what a user may not see, it cannot count.
 */
export function missingPrivileges(
  database: string,
  seen: {
    readonly grants: readonly Grant[]
    readonly routines: readonly Routine[]
    /** As CURRENT_USER() says it: `shop@localhost`. */
    readonly user: string
    readonly serverVersion: string
    /** Whether a view could not be read: one that calls a function can be read with EXECUTE only. */
    readonly brokenViews: boolean
  },
): MissingPrivilege[] {
  const rights = rightsOn(database, seen.grants)
  const to = account(seen.user)
  // A grant on the exact name would hide all that the user has by a pattern, the application's INSERT with it.
  const place = rights.pattern === undefined ? databasePlace(database) : patternPlace(rights.pattern)
  const missing: MissingPrivilege[] = []
  const need = (privilege: string, why: string, held: boolean, on = place): void => {
    if (!held) missing.push({ privilege, why, grant: `GRANT ${privilege} ON ${on} TO ${to};` })
  }
  need('SELECT', 'tables that the user may not read are left out in silence', rights.has('SELECT'))
  need('SHOW VIEW', 'the dump stops at the first view', rights.has('SHOW VIEW'))
  need('TRIGGER', 'triggers are left out in silence', rights.has('TRIGGER'))
  need('EVENT', 'the dump stops where it comes to the events', rights.has('EVENT'))

  const bodies = showCreateRoutine(seen.serverVersion)
  const sees =
    rights.has('EXECUTE', 'CREATE ROUTINE', 'ALTER ROUTINE', 'SHOW CREATE ROUTINE', 'SHOW_ROUTINE') ||
    rights.reads('mysql', 'proc')
  need('EXECUTE', 'procedures and functions are left out in silence', sees)
  if (sees && seen.brokenViews) {
    need(
      'EXECUTE',
      'a view that calls a function cannot be read, where the dump stops',
      rights.has('EXECUTE'),
    )
  }
  const hidden = seen.routines.filter((routine) => !routine.readable)
  if (hidden.length > 0) {
    const [first] = hidden
    need(
      bodies.privilege,
      `the body of ${first?.type.toLowerCase()} ${first?.name} (definer ${first?.definer})${hidden.length > 1 ? ` and ${hidden.length - 1} more` : ''} cannot be read, where the dump stops`,
      false,
      bodies.on ?? place,
    )
  }
  return missing
}

// MariaDB had SHOW CREATE ROUTINE from 11.3.0 on; before, the table of all routines is the only way; MySQL 8 dropped that.
function showCreateRoutine(version: string): { privilege: string; on?: string } {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10))
  if (!/mariadb/i.test(version))
    return major >= 8 ? { privilege: 'SHOW_ROUTINE', on: '*.*' } : { privilege: 'SELECT', on: 'mysql.proc' }
  if (major > 11 || (major === 11 && minor >= 3)) return { privilege: 'SHOW CREATE ROUTINE' }
  return { privilege: 'SELECT', on: 'mysql.proc' }
}
