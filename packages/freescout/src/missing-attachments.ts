import type { HostOptions, HostShell } from './host.ts'
import { FreescoutError } from './errors.ts'
import { failed, quoted, refusedBySudo } from './run-script.ts'
import { named, type SqlPort } from './sql.ts'

/** Attachments that the database knows and the disk does not. Names of files are customers' data, and not told. */
export interface MissingAttachments {
  readonly rows: number
  readonly missing: number
  /** Ids in `attachments` of the first of them. */
  readonly ids: readonly number[]
}

const PAGE = 5000
// xargs splits the list as long as need be. No name is in a command: they come over stdin, each ended by NUL.
const LOOK = String.raw`cd "$1" && [ -f artisan ] || { echo 'fail APP_MISSING'; exit 0; }
xargs -0 -r sh -c 'for file; do if [ -f "$file" ]; then echo 1; else echo 0; fi; done' sh`

/**
 * Compares the rows of `attachments` with the files under `storage/app/attachment`, which no dump of the database holds.
 * Reads the table in pages by id, so that memory stays small.
 * Rejects where there is no FreeScout; where it has no folder of attachments, they are all missing.
 */
export async function missingAttachments(
  shell: HostShell,
  sql: SqlPort,
  options: HostOptions & {
    readonly database: string
    /** How many ids to name. @default 10 */
    readonly limit?: number
  },
): Promise<MissingAttachments> {
  const { database, limit = 10 } = options
  const ids: number[] = []
  let [rows, missing, last] = [0, 0, 0]
  for (;;) {
    const page = await sql.query(
      `SELECT id, HEX(CONCAT(COALESCE(file_dir, ''), file_name)) FROM ${named(database, 'attachments')} ` +
        `WHERE id > ${last} ORDER BY id LIMIT ${PAGE}`,
    )
    if (page.length === 0) return { rows, missing, ids }
    const found = await look(shell, options, page)
    for (const [index, [id]] of page.entries()) {
      last = Number(id)
      if (found[index]) continue
      missing += 1
      if (ids.length < limit) ids.push(last)
    }
    rows += page.length
    if (page.length < PAGE) return { rows, missing, ids }
  }
}

async function look(
  shell: HostShell,
  host: HostOptions,
  page: readonly (readonly string[])[],
): Promise<boolean[]> {
  const folder = Buffer.from('storage/app/attachment/')
  const names = page.map(([, hex = '']) => Buffer.concat([folder, Buffer.from(hex, 'hex'), Buffer.from([0])]))
  const root = host.sudo === false ? '' : 'sudo -n '
  const name = 'looking for attachments'
  const { stdout } = await shell
    .run(`${root}sh -c ${quoted(LOOK)} sh ${quoted(host.appDir)}`, {
      input: Buffer.concat(names),
      name,
      ...(host.signal && { signal: host.signal }),
    })
    .catch((error: unknown) => {
      throw refusedBySudo(error, name) ?? error
    })
  const found = stdout.split('\n').filter((line) => line !== '')
  if (found[0] === 'fail APP_MISSING') throw failed(host, { code: 'APP_MISSING', detail: '' })
  if (found.length === page.length) return found.map((line) => line === '1')
  throw new FreescoutError(
    'UNEXPECTED_OUTPUT',
    `${name}: asked for ${page.length} files, the host answered for ${found.length}`,
    { hint: 'Look whether a start file of the login shell (.bashrc) prints something.' },
  )
}
