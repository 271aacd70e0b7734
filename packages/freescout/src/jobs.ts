import { named, type SqlPort } from './sql.ts'

/** Jobs that wait in FreeScout's queue: mail to customers and agents, mostly. */
export interface PendingJobs {
  readonly count: number
  /** By class, the most frequent first: `App\Jobs\SendReplyToCustomer`. */
  readonly kinds: readonly { readonly name: string; readonly count: number }[]
}

/** The table that quarantined jobs are kept in, beside `jobs`. */
export const QUARANTINE_TABLE = 'raxx_quarantined_jobs'

const COLUMNS = 'queue, payload, attempts, available_at, created_at'

/** Counts the jobs that wait in a database. Nothing of what is in them is read but the class. */
export async function pendingJobs(sql: SqlPort, database: string): Promise<PendingJobs> {
  const rows = await sql.query(
    `SELECT COALESCE(IF(JSON_VALID(payload), JSON_UNQUOTE(JSON_EXTRACT(payload, '$.displayName')), NULL), 'unknown') AS kind, ` +
      `COUNT(*) AS jobs FROM ${named(database, 'jobs')} GROUP BY kind ORDER BY jobs DESC, kind`,
  )
  const kinds = rows.map(([name = '', count]) => ({ name, count: Number(count) }))
  return { count: kinds.reduce((sum, kind) => sum + kind.count, 0), kinds }
}

/**
 * Statements that put all waiting jobs of a database aside, so that no worker runs them: what was sent between the dump and the restore
 * would be sent again. To be run in this order, on the staged database, before any worker can see it. May be run twice.
 */
export function quarantineJobs(database: string): string[] {
  const [jobs, kept] = [named(database, 'jobs'), named(database, QUARANTINE_TABLE)]
  return [
    `CREATE TABLE IF NOT EXISTS ${kept} (quarantine_id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, ` +
      'quarantined_at timestamp NOT NULL DEFAULT current_timestamp(), queue varchar(191) NOT NULL, payload longtext NOT NULL, ' +
      'attempts tinyint unsigned NOT NULL, available_at int unsigned NOT NULL, created_at int unsigned NOT NULL) ' +
      'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci',
    'START TRANSACTION',
    `INSERT INTO ${kept} (${COLUMNS}) SELECT ${COLUMNS} FROM ${jobs} ORDER BY id`,
    `DELETE FROM ${jobs}`,
    'COMMIT',
  ]
}

/** Statements that put the quarantined jobs back into the queue, behind those that are there: workers then run them. */
export function restoreJobs(database: string): string[] {
  const [jobs, kept] = [named(database, 'jobs'), named(database, QUARANTINE_TABLE)]
  return [
    'START TRANSACTION',
    // `reserved_at` stays NULL: whatever worker had a job in its hands is long gone.
    `INSERT INTO ${jobs} (${COLUMNS}) SELECT ${COLUMNS} FROM ${kept} ORDER BY quarantine_id`,
    `DELETE FROM ${kept}`,
    'COMMIT',
  ]
}

/** The statement that throws the quarantined jobs away for good. */
export function dropQuarantinedJobs(database: string): string {
  return `DROP TABLE IF EXISTS ${named(database, QUARANTINE_TABLE)}`
}
