import { type Access, ask, sqlName } from './admin.ts'
import { MysqlDumpError } from './errors.ts'
import type { CodeObject } from './import-code.ts'
import type { ImportShell } from './import-shell.ts'
import { CODE_ORDER, countViews, createCode } from './swap-code.ts'

/** Creates objects in a database as the administrator: one by one, views over again until none is left or none more can be made. */
export async function createHeld(
  shell: ImportShell,
  access: Access,
  database: { readonly name: string; readonly collation: string },
  code: readonly CodeObject[],
  signal?: AbortSignal,
): Promise<void> {
  const name = `the code of ${database.name}`
  const options = { name, ...(signal && { signal }) }
  const use = `USE ${sqlName(database.name)};\n`
  const make = async (objects: readonly CodeObject[]): Promise<void> => {
    if (objects.length === 0) return
    const sql = objects.map((object) => createCode(object, database)).join('\n')
    await ask(shell, access, use + sql, options)
  }
  const views = code.filter(({ kind }) => kind === 'view')
  for (const kind of CODE_ORDER) {
    if (kind === 'view') await makeViews()
    else await make(code.filter((object) => object.kind === kind))
  }

  async function makeViews(): Promise<void> {
    let left = views
    while (left.length > 0) {
      const before = left.length
      const made: CodeObject[] = []
      // One command makes all that can be made now; each view tells by its presence whether it was.
      const sql = left
        .map((view) => `${createCode(view, database)}\n${countViews(database.name, [view.name])};`)
        .join('\n')
      const answers = await ask(shell, access, use + sql, { ...options, force: true })
      answers.forEach(([there], index) => {
        const view = left[index]
        if (there === '1' && view) made.push(view)
      })
      left = left.filter((view) => !made.includes(view))
      if (left.length === before) {
        const [first] = left
        throw new MysqlDumpError(
          'CODE_FAILED',
          `the view ${JSON.stringify(first?.name)} of the dump cannot be made${left.length > 1 ? `, nor ${left.length - 1} more` : ''}`,
          {
            hint: 'It stands on something that the dump does not hold, or on another database; restore without it by hand, or use another backup.',
          },
        )
      }
    }
  }
}

/** The definers of these objects that the server does not know, sorted. */
export async function unknownDefiners(
  shell: ImportShell,
  access: Access,
  code: readonly CodeObject[],
  signal?: AbortSignal,
): Promise<string[]> {
  const known = await ask(shell, access, "SELECT CONCAT(User, '@', Host) FROM mysql.user", {
    name: 'the list of accounts',
    ...(signal && { signal }),
  })
  const accounts = new Set(known.map(([account]) => account))
  return [...new Set(code.map(({ definer }) => definer))]
    .filter((definer) => !accounts.has(definer))
    .toSorted()
}
