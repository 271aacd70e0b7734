import { createHash, randomBytes } from 'node:crypto'
import { type Access, ask, sqlName, sqlText } from './admin.ts'
import { databasePlace } from './grant-words.ts'
import type { ImportShell } from './import-shell.ts'

/** A user for the time of one import, who may touch one database and nothing else. */
export interface TemporaryUser {
  readonly user: string
  readonly password: string
}

// All that tables, sequences and rows need; no right to create or call code.
const RIGHTS = 'SELECT, INSERT, DELETE, CREATE, DROP, ALTER, INDEX, REFERENCES, LOCK TABLES'

/** The name follows from the database's, so that any later process finds the user that a dead one left. */
export function temporaryName(into: string): string {
  return `raxx_import_${createHash('sha256').update(into).digest('hex').slice(0, 10)}`
}

/** @param host from where the database's own user is seen to come */
export async function createTemporaryUser(
  shell: ImportShell,
  access: Access,
  into: string,
  host: string,
  signal?: AbortSignal,
): Promise<TemporaryUser> {
  const user = temporaryName(into)
  const password = `aA1-${randomBytes(24).toString('base64url')}`
  const account = `${sqlName(user)}@${sqlName(host)}`
  await ask(
    shell,
    access,
    `CREATE USER ${account} IDENTIFIED BY '${password}';\nGRANT ${RIGHTS} ON ${databasePlace(into)} TO ${account};`,
    { name: `the import's user for ${into}`, ...(signal && { signal }) },
  )
  return { user, password }
}

/** Removes the user of an import into this database, from wherever it was to come; none is well, too. */
export async function dropTemporaryUser(shell: ImportShell, access: Access, into: string): Promise<void> {
  const user = temporaryName(into)
  const found = await ask(shell, access, `SELECT Host FROM mysql.user WHERE User = ${sqlText(user)}`, {
    name: `the import's user for ${into}`,
  })
  if (found.length === 0) return
  const accounts = found.map(([host = '']) => `${sqlName(user)}@${sqlName(host)}`)
  await ask(shell, access, `DROP USER IF EXISTS ${accounts.join(', ')}`, {
    name: `the import's user for ${into}`,
  })
}
