import { type Access, type Admin, ask, sqlName } from './admin.ts'
import type { Database } from './database.ts'
import type { RoutineFacts } from './facts.ts'
import type { ImportShell } from './import-shell.ts'
import { readObjects } from './swap-objects.ts'

/** What an imported database must hold: a manifest of its dump is one, and `SqlFacts`. Events are not imported. */
export interface Expected {
  readonly tables: readonly { readonly name: string; readonly rows: number }[]
  readonly views: readonly string[]
  readonly triggers: readonly string[]
  readonly routines: readonly RoutineFacts[]
  readonly sequences: readonly string[]
}

/** Something that is not as expected; numbers of rows for a table, else whether it is there. */
export interface Difference {
  readonly kind: 'table' | 'view' | 'trigger' | 'sequence' | RoutineFacts['type']
  readonly name: string
  /** Rows, or 1 and 0 for there and not there; a table that is missing or unexpected has `undefined`. */
  readonly expected: number | undefined
  readonly found: number | undefined
}

/** Counts every row of a database and compares it with what it should be; an empty list is what is wanted. */
export async function checkImport(
  shell: ImportShell,
  expected: Expected,
  options: {
    readonly database: Database
    readonly admin: Admin
    readonly into: string
    readonly signal?: AbortSignal
  },
): Promise<Difference[]> {
  const { database, admin, into, signal } = options
  const access: Access = { database, admin }
  const found = await readObjects(shell, access, into, signal)
  // A dump holds the history of a versioned table, too.
  const counted =
    found.tables.length === 0
      ? []
      : await ask(
          shell,
          access,
          `USE ${sqlName(into)};
${found.tables.map((table) => `SELECT COUNT(*) FROM ${sqlName(table)}${found.versioned.includes(table) ? ' FOR SYSTEM_TIME ALL' : ''};`).join('\n')}`,
          { name: `the count of the rows of ${into}`, ...(signal && { signal }) },
        )
  const rows = new Map(found.tables.map((table, index) => [table, Number(counted[index]?.[0])]))
  const wanted = new Map(expected.tables.map(({ name, rows: count }) => [name, count]))
  const differences: Difference[] = []
  for (const name of new Set([...wanted.keys(), ...rows.keys()])) {
    if (wanted.get(name) !== rows.get(name)) {
      differences.push({ kind: 'table', name, expected: wanted.get(name), found: rows.get(name) })
    }
  }
  const there = (kind: string): string[] =>
    found.code.filter((one) => one.kind === kind).map(({ name }) => name)
  const compare = (kind: Difference['kind'], names: readonly string[], seen: readonly string[]): void => {
    for (const name of new Set([...names, ...seen])) {
      const [one, other] = [names.includes(name) ? 1 : 0, seen.includes(name) ? 1 : 0]
      if (one !== other) differences.push({ kind, name, expected: one, found: other })
    }
  }
  compare('sequence', expected.sequences, found.sequences)
  compare('view', expected.views, there('view'))
  compare('trigger', expected.triggers, there('trigger'))
  for (const type of ['procedure', 'function', 'package', 'package body'] as const) {
    compare(
      type,
      expected.routines.flatMap((one) => (one.type === type ? [one.name] : [])),
      there(type),
    )
  }
  return differences
}
