/** A value of which only this is known: that it has fields. */
export type Fields = Readonly<Record<string, unknown>>

export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * What a record whose fields are sound says against itself. Steps are done in order and undone in reverse order, so only one can be in between: anything else was edited or is not a record.
 */
export function contradictions(record: Fields): readonly string[] {
  const states = column(record['steps'], 'state')
  const held = column(record['holds'], 'state').filter((state) => state === 'held').length
  const all = (...known: string[]) => states.every((state) => known.includes(state))
  const inBetween = states.findIndex((state) => state !== 'done')
  const after = inBetween === -1 ? [] : states.slice(inBetween + 1)
  const problems: string[] = []
  const never = (wrong: boolean, problem: string) => {
    if (wrong) problems.push(problem)
  }
  never(states.length === 0, 'it has no steps')
  never(
    after.some((state) => state !== 'pending' && state !== 'undone'),
    `its steps are out of order: ${states.join(', ')}`,
  )
  never(held > 1, 'it says that two things are held at once')
  const state = String(record['state'])
  never(state === 'done' && !all('done'), 'it says done, but not every step is')
  never(state === 'taken back' && !all('pending', 'undone'), 'it says taken back, but not every step is')
  never(
    (state === 'finishing' || state === 'finished') && !all('done') && !all('pending', 'undone'),
    `it says ${state}, but its steps are neither all done nor all taken back`,
  )
  never(
    held > 0 && state !== 'running' && state !== 'taking back',
    `it says ${state}, and that something is held`,
  )
  return problems
}

function column(value: unknown, key: string): readonly string[] {
  return Array.isArray(value) ? value.map((item) => (isObject(item) ? String(item[key]) : '')) : []
}
