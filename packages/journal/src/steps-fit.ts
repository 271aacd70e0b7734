import { JournalError } from './errors.ts'
import type { JournalRecord } from './record.ts'
import type { Hold, Step } from './step.ts'

/** The holds of a list, in order of first use. Throws `INVALID_STEPS` for a list that no record could tell apart. */
export function holdsOf(steps: readonly Step[]): readonly Hold[] {
  if (steps.length === 0) throw new JournalError('INVALID_STEPS', 'there are no steps to run')
  const names = new Set<string>()
  for (const { name } of steps) {
    if (name === '') throw new JournalError('INVALID_STEPS', 'a step has no name')
    if (names.has(name))
      throw new JournalError('INVALID_STEPS', `two steps are named ${JSON.stringify(name)}`)
    names.add(name)
  }
  const holds = new Map<string, Hold>()
  for (const { under } of steps) {
    if (under === undefined) continue
    if (under.name === '') throw new JournalError('INVALID_STEPS', 'a hold has no name')
    if (names.has(under.name)) {
      throw new JournalError(
        'INVALID_STEPS',
        `a step and a hold are both named ${JSON.stringify(under.name)}`,
      )
    }
    if ((holds.get(under.name) ?? under) !== under) {
      throw new JournalError('INVALID_STEPS', `two holds are named ${JSON.stringify(under.name)}`)
    }
    holds.set(under.name, under)
  }
  return [...holds.values()]
}

/** Throws `STEPS_DIFFER` unless the record is of exactly these steps and holds: another version's list would undo the wrong things. */
export function mustFit(steps: readonly Step[], record: JournalRecord): void {
  compare('steps', record, steps, record.steps)
  compare('holds', record, holdsOf(steps), record.holds)
}

interface Named {
  readonly name: string
}

function compare(what: string, record: JournalRecord, here: readonly Named[], there: readonly Named[]): void {
  const names = new Set(here.map(({ name }) => name))
  const recorded = new Set(there.map(({ name }) => name))
  const unknown = [...recorded].filter((name) => !names.has(name))
  const missing = [...names].filter((name) => !recorded.has(name))
  const problems = [
    unknown.length > 0 ? `the record has ${list(unknown)}, unknown here` : '',
    missing.length > 0 ? `it lacks ${list(missing)}` : '',
  ].filter((problem) => problem !== '')
  if (problems.length === 0 && here.some(({ name }, i) => name !== there[i]?.name)) {
    problems.push(`the record has them in another order: ${list([...recorded])}`)
  }
  if (problems.length === 0) return
  throw new JournalError(
    'STEPS_DIFFER',
    `the ${what} of ${record.kind} ${record.id} are not those known here: ${problems.join('; ')}`,
    {
      hint: `Use the version that started it (by ${record.by}, ${record.startedAt}).`,
    },
  )
}

function list(names: readonly string[]): string {
  return names.map((name) => JSON.stringify(name)).join(', ')
}
