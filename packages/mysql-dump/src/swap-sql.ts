import { sqlName, sqlText } from './admin.ts'
import type { CodeObject } from './import-code.ts'
import { CODE_ORDER, countViews, createCode, dropCode } from './swap-code.ts'
import type { SwapPlan } from './swap-plan.ts'

/** One side of a swap: the SQL that makes all code be as it was, or as it shall be, whatever is there. */
export interface SettleSql {
  /** Views that cannot be read where they shall stand: made while the other side's tables are still there. */
  readonly early: string
  /** Drops whatever of either side is there, then makes all but views, triggers and events. */
  readonly routines: string
  /** Made over again until `viewsThere` says `views`. */
  readonly makeViews: string
  readonly viewsThere: string
  readonly views: number
  readonly triggers: string
}

/** The statements of a swap, for a script to put in order. */
export interface SwapSql {
  /** Prints `new` when live's former tables are kept, else `old`. */
  readonly state: string
  /** Prints `ok` when the three databases hold just the tables of the plan. */
  readonly check: string
  /** Waits for whoever uses a table, and changes nothing. */
  readonly probe: string
  readonly prepare: string
  readonly rename: string
  readonly renameBack: string
  readonly forward: SettleSql
  readonly back: SettleSql
  /** Removes the empty `kept` again. */
  readonly dropKept: string
  readonly keptTables: string
}

/** @param options.lockSeconds how long one attempt waits for a lock */
export function swapSql(plan: SwapPlan, options: { readonly lockSeconds: number }): SwapSql {
  const { live, staged, kept, moves, before, after } = plan
  const wait = `SET lock_wait_timeout=${options.lockSeconds}, innodb_lock_wait_timeout=${options.lockSeconds};`
  const [first, where] = moves.out.length > 0 ? [moves.out[0] ?? '', kept] : [moves.in[0] ?? '', live]
  const rename = (parts: readonly string[]): string =>
    `${wait}\nSET foreign_key_checks=0;\nRENAME TABLE ${parts.join(',\n')};`
  const liveNow = { name: live, collation: plan.collations.live }
  const stagedNow = { name: staged, collation: plan.collations.staged }
  return {
    state: `SELECT IF(EXISTS(SELECT 1 FROM information_schema.TABLES WHERE ${here(where)} AND BINARY TABLE_NAME = ${sqlText(first)}), 'new', 'old');`,
    check: `SELECT IF((${tables(live)}) = ${moves.out.length} AND (${tables(staged)}) = ${moves.in.length} AND (${tables(kept)}) = 0, 'ok', 'other');`,
    probe:
      moves.out.length === 0
        ? 'DO 0;'
        : `${wait}\nLOCK TABLES ${moves.out.map((name) => `${sqlName(live)}.${sqlName(name)} WRITE`).join(', ')};\nUNLOCK TABLES;`,
    prepare: [
      `CREATE DATABASE IF NOT EXISTS ${sqlName(kept)};`,
      wait,
      dropTriggers(live, before.live),
      dropTriggers(staged, before.staged),
    ].join('\n'),
    rename: rename([...move(moves.out, live, kept), ...move(moves.in, staged, live)]),
    renameBack: rename([...move(moves.in, live, staged), ...move(moves.out, kept, live)]),
    forward: settle(plan, [
      { database: { ...liveNow, collation: plan.collations.staged }, code: after.live },
      { database: { name: kept, collation: plan.collations.live }, code: after.kept },
    ]),
    back: settle(plan, [
      { database: liveNow, code: before.live },
      { database: stagedNow, code: before.staged },
    ]),
    dropKept: `DROP DATABASE IF EXISTS ${sqlName(kept)};`,
    keptTables: `${tables(kept)};`,
  }
}

interface Side {
  readonly database: { readonly name: string; readonly collation: string }
  readonly code: readonly CodeObject[]
}

function settle({ live, staged, kept, before, after }: SwapPlan, sides: readonly Side[]): SettleSql {
  const inLive = sides[0]?.code.filter(early) ?? []
  const stays = new Set(inLive.map(({ name }) => name))
  const drop = (database: string, code: readonly CodeObject[]): string[] => [
    `USE ${sqlName(database)};`,
    // The longest name first is no need: nothing here asks whether anything depends on it.
    ...code
      .filter(({ name, kind }) => database !== live || kind !== 'view' || !stays.has(name))
      .map(dropCode),
  ]
  const make = (kinds: readonly CodeObject['kind'][]): string =>
    sides
      .flatMap(({ database, code }) => [
        `USE ${sqlName(database.name)};`,
        ...kinds.flatMap((kind) =>
          code
            .filter((object) => object.kind === kind && !early(object))
            .map((object) => createCode(object, database)),
        ),
      ])
      .join('\n')
  const views = sides.map(({ database, code }) =>
    countViews(
      database.name,
      code.filter((object) => object.kind === 'view' && !early(object)).map(({ name }) => name),
    ),
  )
  return {
    early: [
      `USE ${sqlName(live)};`,
      ...inLive.flatMap((view) => [
        dropCode(view),
        createCode(view, sides[0]?.database ?? { name: live, collation: '' }),
      ]),
    ].join('\n'),
    routines: [
      // Nothing needs more than a moment once the site is quiet; views may be in use elsewhere.
      'SET lock_wait_timeout=30;',
      ...drop(live, [...before.live, ...after.live]),
      ...drop(staged, before.staged),
      `CREATE DATABASE IF NOT EXISTS ${sqlName(kept)};`,
      ...drop(kept, after.kept),
      ...sides.map(
        ({ database: { name, collation } }) =>
          `ALTER DATABASE ${sqlName(name)} COLLATE ${collation.replace(/\W/g, '')};`,
      ),
      make(CODE_ORDER.filter((kind) => !LATE.has(kind))),
    ].join('\n'),
    makeViews: make(['view']),
    viewsThere: `SELECT ${views.map((count) => `(${count})`).join(' + ')};`,
    views: sides.flatMap(({ code }) => code).filter((object) => object.kind === 'view' && !early(object))
      .length,
    triggers: make(['trigger', 'event']),
  }
}

const LATE: ReadonlySet<CodeObject['kind']> = new Set(['view', 'trigger', 'event'])

function here(database: string): string {
  return `TABLE_SCHEMA = ${sqlText(database)} AND BINARY TABLE_SCHEMA = ${sqlText(database)}`
}

function tables(database: string): string {
  return `SELECT COUNT(*) FROM information_schema.TABLES WHERE ${here(database)} AND TABLE_TYPE NOT LIKE '%VIEW%'`
}

function move(names: readonly string[], from: string, to: string): string[] {
  return names.map((name) => `${sqlName(from)}.${sqlName(name)} TO ${sqlName(to)}.${sqlName(name)}`)
}

function dropTriggers(database: string, code: readonly CodeObject[]): string {
  const drops = code.filter(({ kind }) => kind === 'trigger').map(dropCode)
  return [`USE ${sqlName(database)};`, ...drops].join('\n')
}

function early(object: CodeObject): boolean {
  return object.broken === true
}
