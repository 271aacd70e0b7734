import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { localShell } from '@raxx/ssh-stream'
import type { MariadbServer } from '@raxx/testkit/mariadb'
import type { Access } from '../src/admin.ts'
import type { Database } from '../src/database.ts'
import { dump } from '../src/dump.ts'
import { importInto, type ImportReport } from '../src/import.ts'
import { readObjects } from '../src/swap-objects.ts'
import { planSwap, type SwapPlan } from '../src/swap-plan.ts'
import { survey } from '../src/survey.ts'

/** The SQL of a dump with these statements in it. */
export function dumpWith(...statements: readonly string[]): Buffer {
  return gzipSync(
    `-- MariaDB dump 10.19  Distrib 10.11.19-MariaDB, for debian-linux-gnu (x86_64)\n--\n/*!40101 SET NAMES utf8mb4 */;\n${statements.join('\n')}\n-- Dump completed on 2026-11-22  6:17:42\n`,
  )
}

export function rootOn(
  server: MariadbServer,
  name: string,
): Access & { readonly admin: { user: string; password: string } } {
  return {
    database: { name, user: 'root', password: '', port: server.port },
    admin: { user: 'root', password: '' },
  }
}

export async function dumped(database: Database): Promise<Buffer> {
  const shell = localShell()
  return await buffer(dump(shell, database, { survey: await survey(shell, database) }))
}

export async function imported(
  server: MariadbServer,
  gzip: Buffer,
  from: string,
  into: string,
): Promise<ImportReport> {
  return await importInto(localShell(), Readable.from([gzip]), {
    ...rootOn(server, from),
    into,
    collation: 'utf8mb4_general_ci',
  })
}

export async function planned(
  server: MariadbServer,
  live: string,
  staged: string,
  kept: string,
  report?: ImportReport,
): Promise<SwapPlan> {
  const access = rootOn(server, live)
  return planSwap({
    live: await readObjects(localShell(), access, live),
    staged: await readObjects(localShell(), access, staged),
    kept,
    ...(report && { events: report.events }),
  })
}

/** Databases and accounts of a server, to see that nothing was left. */
export async function inventory(server: MariadbServer): Promise<string> {
  const rows = await server.query(
    "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA UNION ALL SELECT CONCAT(User, '@', Host) FROM mysql.user ORDER BY 1",
  )
  return rows.join('\n')
}
