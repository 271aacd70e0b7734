import type { Database } from './database.ts'
import { explainImport } from './import-failure.ts'
import { clientScript } from './import-script.ts'
import type { ImportShell } from './import-shell.ts'
import { optionsFile } from './options-file.ts'

/**
 * How to get an administrator's rights on the database's server: `sudo -n mariadb` on the host, or an account that is reached
 * as the database is. It needs ALL PRIVILEGES (SET USER, CREATE USER and GRANT among them).
 */
export type Admin = 'sudo' | { readonly user: string; readonly password: string }

/** Whom a statement is run as, and where. */
export interface Access {
  readonly database: Database
  /** Absent: as the database's own user. */
  readonly admin?: Admin
}

/** Runs statements on the host and gives their rows, in which NULL reads 'NULL'. Rejects in an operator's words, without any value of a row. */
export async function ask(
  shell: ImportShell,
  access: Access,
  sql: string,
  options: { readonly signal?: AbortSignal; readonly name: string; readonly force?: boolean },
): Promise<string[][]> {
  const { signal, name, force = false } = options
  try {
    const { stdout } = await shell.run(clientScript(access, { force }), {
      input: `${connection(access)}#raxx\n${PREPARE}${sql}\n`,
      name,
      ...(signal && { signal }),
    })
    return rows(stdout)
  } catch (error) {
    throw explainImport(error, access, name)
  }
}

// The server's own defaults must not change how our quotes are read.
const PREPARE =
  "SET SESSION sql_mode='NO_AUTO_VALUE_ON_ZERO', character_set_results=utf8mb4, lock_wait_timeout=60;\n"

/** The options file for this access; empty for sudo, which has the administrator's own. */
export function connection({ database, admin }: Access): string {
  if (admin === 'sudo') return ''
  return optionsFile(admin ? { ...database, user: admin.user, password: admin.password } : database)
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', '0': '\0', '\\': '\\' }

function rows(batch: string): string[][] {
  if (batch === '') return []
  return batch
    .replace(/\n$/, '')
    .split('\n')
    .map((line) =>
      line.split('\t').map((field) => field.replace(/\\([nt0\\])/g, (_, c: string) => ESCAPES[c] ?? c)),
    )
}

/** A name as SQL. */
export function sqlName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``
}

/** A text as SQL, in ASCII whatever it is. */
export function sqlText(text: string): string {
  return `CONVERT(X'${Buffer.from(text).toString('hex')}' USING utf8mb4)`
}
