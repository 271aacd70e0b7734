import { Readable } from 'node:stream'
import type { MariadbServer } from './mariadb.ts'
import { freescoutStatements, type FreescoutData, type RowCounts } from './freescout-sql.ts'

/** What this needs of a server: `startMariadb()`'s fits. */
export type Database = Pick<MariadbServer, 'query' | 'load'>

/** What an accident took. */
export interface Lost {
  /** The mailbox that it happened to. */
  readonly mailbox: string
  readonly conversations: number
  readonly threads: number
  readonly attachments: number
}

const named = (name: string): string => `\`${name.replaceAll('`', '``')}\``

/**
 * Creates `database` (it may exist, but not FreeScout's tables in it) and fills it through the plain client, streamed.
 * @returns the rows of each table
 */
export async function fillFreescout(
  server: Database,
  database: string,
  data: FreescoutData,
): Promise<RowCounts> {
  await server.query(
    `CREATE DATABASE IF NOT EXISTS ${named(database)} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`,
  )
  let counts: RowCounts = {}
  const statements = freescoutStatements(data)
  const counted = function* (): Generator<string> {
    counts = yield* statements
  }
  await server.load(database, Readable.from(counted(), { objectMode: false, highWaterMark: 1 }))
  return counts
}

/** The rows of every table of a database, counted by the server, by table name. */
export async function countRows(server: Database, database: string): Promise<RowCounts> {
  const tables = await server.query(
    `SHOW FULL TABLES FROM ${named(database)} WHERE Table_type = 'BASE TABLE'`,
  )
  const counts: Record<string, number> = {}
  for (const [table = ''] of tables) {
    const [row] = await server.query(`SELECT COUNT(*) FROM ${named(database)}.${named(table)}`)
    counts[table] = Number(row?.[0])
  }
  return counts
}

/**
 * The accident: somebody deletes a mailbox for good, and with it its conversations, their threads and attachments, as FreeScout does.
 * @param options.mailboxId @default 1, the busiest: about half of all
 */
export async function loseData(
  server: Database,
  database: string,
  options: { readonly mailboxId?: number } = {},
): Promise<Lost> {
  const mailboxId = Math.trunc(options.mailboxId ?? 1)
  const [mailbox] = await server.query(`SELECT name FROM mailboxes WHERE id = ${mailboxId}`, { database })
  if (mailbox?.[0] === undefined) throw new Error(`database ${database} has no mailbox ${mailboxId} to lose`)
  // One connection and one transaction: the counts are of exactly what goes.
  const [counts] = await server.query(
    `START TRANSACTION;
     DELETE a FROM attachments a JOIN threads t ON t.id = a.thread_id JOIN conversations c ON c.id = t.conversation_id
       WHERE c.mailbox_id = ${mailboxId};
     SET @attachments = ROW_COUNT();
     DELETE t FROM threads t JOIN conversations c ON c.id = t.conversation_id WHERE c.mailbox_id = ${mailboxId};
     SET @threads = ROW_COUNT();
     DELETE FROM conversations WHERE mailbox_id = ${mailboxId};
     SET @conversations = ROW_COUNT();
     DELETE FROM mailboxes WHERE id = ${mailboxId};
     COMMIT;
     SELECT @conversations, @threads, @attachments`,
    { database },
  )
  const [conversations = 0, threads = 0, attachments = 0] = (counts ?? []).map(Number)
  return { mailbox: mailbox[0], conversations, threads, attachments }
}
