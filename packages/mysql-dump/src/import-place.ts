import { type Access, ask, sqlText } from './admin.ts'
import { MysqlDumpError } from './errors.ts'
import type { ImportShell } from './import-shell.ts'

/** Looks before anything is done: the administrator's server is the database's, new enough, and `into` is not there. */
export async function lookAround(
  shell: ImportShell,
  own: Access,
  rights: Access,
  into: string,
  signal?: AbortSignal,
): Promise<{ readonly user: string }> {
  const named = { name: 'the look at the server', ...(signal && { signal }) }
  const identity = "SELECT CONCAT_WS('/', @@hostname, @@port, @@datadir, @@server_id), USER(), VERSION()"
  const [mine] = await ask(shell, own, identity, named)
  const [theirs, ...there] = await ask(
    shell,
    rights,
    `${identity}; SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ${sqlText(into)}`,
    named,
  )
  const [place = '', user = '', version = ''] = mine ?? []
  if (place === '' || place !== theirs?.[0]) {
    throw new MysqlDumpError(
      'ADMIN_ELSEWHERE',
      `the administrator's server is another one than that of ${own.database.name}`,
      {
        hint: "Give the address or socket under which both are the same server, or an administrator's account instead of sudo.",
      },
    )
  }
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10))
  if (!/mariadb/i.test(version) || major < 10 || (major === 10 && minor < 6)) {
    throw new MysqlDumpError(
      'SERVER_TOO_OLD',
      `the server is ${version}; a swap that survives a crash needs MariaDB 10.6`,
      {
        hint: 'Restore on a host with MariaDB 10.6 or later.',
      },
    )
  }
  if (there.length > 0) {
    throw new MysqlDumpError('DATABASE_EXISTS', `there is a database ${into} already`, {
      hint: 'Remove what an earlier restore left (finish), or choose another name.',
    })
  }
  return { user }
}

/** From where an account comes: `localhost` of `shop@localhost`. */
export function host(account: string): string {
  return account.slice(account.lastIndexOf('@') + 1)
}
