import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { type Access, type Admin, ask, connection, sqlName, sqlText } from './admin.ts'
import type { Database } from './database.ts'
import { MysqlDumpError } from './errors.ts'
import { type HeldBack, holdBack } from './hold-back.ts'
import type { CodeObject } from './import-code.ts'
import { createHeld, unknownDefiners } from './import-held.ts'
import { explainImport } from './import-failure.ts'
import { sendable } from './import-filter.ts'
import { gzipScript } from './import-script.ts'
import type { ImportShell } from './import-shell.ts'
import { createTemporaryUser, dropTemporaryUser } from './import-user.ts'
import { host, lookAround } from './import-place.ts'

export interface ImportOptions {
  /** The database whose dump it is: how its server is reached. It is not touched. */
  readonly database: Database
  readonly admin: Admin
  /** The database to create and fill; it must not exist. */
  readonly into: string
  /** The default collation of `into`, as the dump's manifest says. @default the server's */
  readonly collation?: string
  readonly signal?: AbortSignal
  /** Called as the dump is read, with the bytes of its gzip so far. */
  readonly onProgress?: (progress: { readonly bytes: number }) => void
}

/** What an import made. Plain JSON. */
export interface ImportReport {
  readonly into: string
  /** Rows as the dump holds them, by table. */
  readonly tables: readonly { readonly name: string; readonly rows: number }[]
  /** Made after the rows, as the administrator. */
  readonly code: readonly CodeObject[]
  /** Not made, for they would run: to be given to `planSwap`. */
  readonly events: readonly CodeObject[]
  /** Of code and events: accounts that this server does not have. What runs with their rights will fail. */
  readonly unknownDefiners: readonly string[]
}

/**
 * Imports a .sql.gz beside everything else: creates `into`, fills it as a temporary user who may touch nothing else, then
 * makes views, triggers and routines as the administrator. On any failure `into` and the user are gone again, and nothing
 * else was touched; only when that fails too, or this process is killed, `abandonImport` has to do it.
 * Rejects with HOSTILE_STATEMENT and all that a dump can be (SQL_TRUNCATED, GZIP_CORRUPT, …), DATABASE_EXISTS, ADMIN_DENIED,
 * ADMIN_ELSEWHERE, SERVER_TOO_OLD, DISK_FULL, PACKET_TOO_LARGE, CODE_FAILED, SERVER_GONE or IMPORT_FAILED; no row is in any of them.
 */
export async function importInto(
  shell: ImportShell,
  source: AsyncIterable<Uint8Array>,
  options: ImportOptions,
): Promise<ImportReport> {
  const { database, admin, into, collation, signal } = options
  const own: Access = { database }
  const rights: Access = { database, admin }
  const around = await lookAround(shell, own, rights, into, signal)
  const named = { name: `the import into ${into}`, ...(signal && { signal }) }
  await ask(
    shell,
    rights,
    `CREATE DATABASE ${sqlName(into)}${collation === undefined ? '' : ` COLLATE ${collation.replace(/\W/g, '')}`}`,
    named,
  )
  try {
    const user = await createTemporaryUser(shell, rights, into, host(around.user), signal)
    const held = await stream(shell, source, { ...database, name: into, ...user }, options, around.user)
    await dropTemporaryUser(shell, rights, into)
    const found = await ask(
      shell,
      rights,
      `SELECT DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA WHERE BINARY SCHEMA_NAME = ${sqlText(into)}`,
      named,
    )
    const code = held.code.filter(({ kind }) => kind !== 'event')
    await createHeld(shell, rights, { name: into, collation: found[0]?.[0] ?? '' }, code, signal)
    return {
      into,
      // Old mysqldump makes a table for a view, and drops it again.
      tables: Array.from(held.rows, ([name, rows]) => ({ name, rows })).filter(
        ({ name, rows }) =>
          rows > 0 || !code.some((object) => object.kind === 'view' && object.name === name),
      ),
      code,
      events: held.code.filter(({ kind }) => kind === 'event'),
      unknownDefiners: await unknownDefiners(shell, rights, held.code, signal),
    }
  } catch (error) {
    await clearAway(shell, rights, into, error)
    throw error
  }
}

async function stream(
  shell: ImportShell,
  source: AsyncIterable<Uint8Array>,
  database: Database,
  { signal, onProgress }: ImportOptions,
  definer: string,
): Promise<HeldBack> {
  const access: Access = { database }
  let send: ((bytes: Uint8Array) => void) | undefined
  const filter = holdBack((bytes) => send?.(bytes), definer)
  let held: HeldBack | undefined
  const readable = sendable(source, filter, {
    onSend: (to) => (send = to),
    onBytes: (bytes) => onProgress?.({ bytes }),
    onEnd: (what) => (held = what),
  })
  const target = shell.write(gzipScript(access, database.name), {
    input: `${connection(access)}#raxx\n`,
    name: `the import into ${database.name}`,
    ...(signal && { signal }),
  })
  try {
    // Level 1 costs the runner a second for 80 MB, and brings 650 MB over a link of 5 MB/s faster than the server takes them.
    await pipeline(readable, createGzip({ level: 1 }), target)
  } catch (error) {
    throw explainImport(error, access, `the import into ${database.name}`, (line) => filter.tableAt(line))
  }
  if (!held)
    throw new MysqlDumpError('IMPORT_FAILED', `the import into ${database.name} ended before the dump did`)
  return held
}

/** Removes what an import that was killed left: the database `into` and its temporary user. Nothing there is well, too. */
export async function abandonImport(
  shell: ImportShell,
  options: { readonly database: Database; readonly admin: Admin; readonly into: string },
): Promise<void> {
  const access: Access = { database: options.database, admin: options.admin }
  await dropTemporaryUser(shell, access, options.into)
  await ask(shell, access, `DROP DATABASE IF EXISTS ${sqlName(options.into)}`, {
    name: `the removal of ${options.into}`,
  })
}

async function clearAway(shell: ImportShell, access: Access, into: string, cause: unknown): Promise<void> {
  if (access.admin === undefined) return
  try {
    await abandonImport(shell, { database: access.database, admin: access.admin, into })
  } catch (failure) {
    const said = cause instanceof Error ? cause.message : String(cause)
    throw new MysqlDumpError('IMPORT_FAILED', `${said}; and ${into} could not be removed again`, {
      hint: `Remove it once the server can be reached: DROP DATABASE ${sqlName(into)}, and its user raxx_import_….`,
      cause: failure,
    })
  }
}
