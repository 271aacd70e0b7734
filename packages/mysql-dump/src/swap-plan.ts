import { createHash } from 'node:crypto'
import { MysqlDumpError } from './errors.ts'
import type { CodeObject } from './import-code.ts'
import { disabled, type SchemaObjects } from './swap-objects.ts'

/** What a swap does: plain JSON that any later process can go on with, or take back. */
export interface SwapPlan {
  readonly schema: 'raxx.swap/1'
  /** Follows from the three names. */
  readonly id: string
  readonly live: string
  readonly staged: string
  readonly kept: string
  /** The databases' defaults before; they go with the tables. */
  readonly collations: { readonly live: string; readonly staged: string }
  /** Tables and sequences: out of live into kept, and out of staged into live. */
  readonly moves: { readonly out: readonly string[]; readonly in: readonly string[] }
  readonly before: { readonly live: readonly CodeObject[]; readonly staged: readonly CodeObject[] }
  readonly after: { readonly live: readonly CodeObject[]; readonly kept: readonly CodeObject[] }
}

/**
 * Plans that `staged` becomes the live database, and what is live is kept under another name, where its events do not run.
 * Nothing is done. Throws SWAP_REFUSED for names that are not three, and for a staged database without tables.
 */
export function planSwap(options: {
  readonly live: SchemaObjects
  readonly staged: SchemaObjects
  /** A database that does not exist, or is empty. */
  readonly kept: string
  /** Of the dump, as `importInto` reports them. @default none */
  readonly events?: readonly CodeObject[]
}): SwapPlan {
  const { live, staged, kept, events = [] } = options
  if (staged.tables.length === 0) throw refused(`${staged.name} holds no table`)
  // A staged database that was live before holds its events, disabled.
  const given = new Set(events.map(({ name }) => name))
  const own = staged.code.filter(({ kind, name }) => kind !== 'event' || !given.has(name))
  // No dump tells who may call a routine: whoever may now, may then.
  const granted = [...own, ...events].map((object) => {
    const now = live.code.find(({ kind, name }) => kind === object.kind && name === object.name)
    return now?.grants ? { ...object, grants: now.grants } : object
  })
  return makePlan(live, staged, kept, granted)
}

/** @param code what live shall hold afterwards */
export function makePlan(
  live: SchemaObjects,
  staged: SchemaObjects,
  kept: string,
  code: readonly CodeObject[],
): SwapPlan {
  const names = [live.name, staged.name, kept]
  if (new Set(names.map((name) => name.toLowerCase())).size < 3) {
    throw refused(`a swap needs three databases, not ${names.join(', ')}`)
  }
  if (kept === '' || Buffer.byteLength(kept) > 64)
    throw refused(`${kept || 'nothing'} is no name for a database`)
  return {
    schema: 'raxx.swap/1',
    id: createHash('sha256').update(JSON.stringify(names)).digest('hex').slice(0, 16),
    live: live.name,
    staged: staged.name,
    kept,
    collations: { live: live.collation, staged: staged.collation },
    moves: { out: [...live.tables, ...live.sequences], in: [...staged.tables, ...staged.sequences] },
    before: { live: live.code, staged: staged.code },
    after: { live: code, kept: live.code.filter(({ broken }) => !broken).map(atRest) },
  }
}

/** The plan in lines for people: what moves where, and what code is made. */
export function describeSwap(plan: SwapPlan): string[] {
  const broken = plan.before.live.filter((object) => object.broken)
  return [
    `${plan.moves.out.length} tables and sequences of ${plan.live} go to ${plan.kept}, with ${count(plan.after.kept)}; its events are disabled there`,
    `${plan.moves.in.length} tables and sequences of ${plan.staged} become ${plan.live}, with ${count(plan.after.live)}`,
    ...broken.map(
      ({ name }) =>
        `the view ${name} is broken; it is not in ${plan.kept}, and comes back, broken, when this is undone`,
    ),
  ]
}

/** Nobody calls what is kept, and a database that is dropped leaves the rights on its routines behind. */
function atRest(object: CodeObject): CodeObject {
  const { grants: _, ...rest } = disabled(object)
  return rest
}

function refused(seen: string): MysqlDumpError {
  return new MysqlDumpError('SWAP_REFUSED', seen, { hint: 'Look at the names, and at what was imported.' })
}

function count(code: readonly CodeObject[]): string {
  const kinds = Map.groupBy(code, ({ kind }) => kind)
  const told = Array.from(kinds, ([kind, all]) => `${all.length} ${kind}${all.length === 1 ? '' : 's'}`)
  return told.join(', ') || 'no code'
}
