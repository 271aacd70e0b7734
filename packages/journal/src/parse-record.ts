import { contradictions, type Fields, isObject } from './contradictions.ts'
import { JournalError } from './errors.ts'
import { JOURNAL_SCHEMA, type JournalRecord, type JournalState, type StepState } from './record.ts'

const STATES: readonly JournalState[] = [
  'running',
  'taking back',
  'finishing',
  'done',
  'taken back',
  'finished',
]
const STEP_STATES: readonly StepState[] = ['pending', 'doing', 'done', 'undoing', 'undone', 'failed']
const PHASES = ['done?', 'do', 'undo', 'finish', 'take', 'release']

/**
 * Reads a record from the text that a store kept (`JSON.stringify(record)`). Throws `JOURNAL_INVALID`, telling all that is
 * wrong with it, for what no version of this package can have written.
 */
export function parseRecord(text: string): JournalRecord {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw invalid([`it is not JSON (${text.length} characters)`], cause)
  }
  return checkRecord(value)
}

/** The same for a value that some store has already parsed. */
export function checkRecord(value: unknown): JournalRecord {
  const problems: string[] = []
  if (!isRecord(value, problems)) throw invalid(problems)
  return value
}

function isRecord(value: unknown, problems: string[]): value is JournalRecord {
  if (!isObject(value)) {
    problems.push('it is not an object')
    return false
  }
  if (value['schema'] !== JOURNAL_SCHEMA) {
    problems.push(`schema: expected ${JOURNAL_SCHEMA}, found ${show(value['schema'])}`)
    return false
  }
  const note = (ok: boolean, at: string, expected: string, found: unknown) => {
    if (!ok) problems.push(`${at}: expected ${expected}, found ${show(found)}`)
  }
  const text = (of: Fields, at: string, keys: readonly string[]) => {
    for (const key of keys) note(typeof of[key] === 'string' && of[key] !== '', at + key, 'text', of[key])
  }
  const time = (of: Fields, at: string, key: string, optional: boolean) => {
    if (!(optional && of[key] === undefined)) note(isTime(of[key]), at + key, 'a time', of[key])
  }
  const oneOf = (of: Fields, at: string, key: string, values: readonly string[]) => {
    note(
      values.some((known) => known === of[key]),
      at + key,
      `one of ${values.join(', ')}`,
      of[key],
    )
  }
  const seconds = (of: Fields, at: string) => {
    const found = of['seconds']
    note(
      found === undefined || (typeof found === 'number' && found >= 0),
      `${at}seconds`,
      'a number of 0 or more',
      found,
    )
  }
  const each = (key: string, check: (of: Fields, at: string) => void) => {
    const items = value[key]
    if (!Array.isArray(items)) return note(false, key, 'a list', items)
    for (const [i, item] of items.entries()) {
      if (isObject(item)) check(item, `${key}[${i}].`)
      else note(false, `${key}[${i}]`, 'an object', item)
    }
  }

  text(value, '', ['id', 'kind', 'by', 'writer'])
  note(
    Number.isSafeInteger(value['sequence']) && Number(value['sequence']) > 0,
    'sequence',
    'a whole number above 0',
    value['sequence'],
  )
  time(value, '', 'startedAt', false)
  time(value, '', 'updatedAt', false)
  time(value, '', 'endedAt', true)
  note('plan' in value, 'plan', 'a plan', undefined)
  oneOf(value, '', 'state', STATES)
  each('steps', (step, at) => {
    text(step, at, ['name'])
    oneOf(step, at, 'state', STEP_STATES)
    time(step, at, 'startedAt', true)
    time(step, at, 'finishedAt', true)
    seconds(step, at)
    if (step['error'] === undefined) return
    if (isObject(step['error'])) text(step['error'], `${at}error.`, ['code'])
    else note(false, `${at}error`, 'an object', step['error'])
  })
  each('holds', (hold, at) => {
    text(hold, at, ['name'])
    oneOf(hold, at, 'state', ['free', 'held'])
    time(hold, at, 'heldAt', true)
    time(hold, at, 'freedAt', true)
    seconds(hold, at)
  })
  each('failures', (failure, at) => {
    text(failure, at, ['at', 'code'])
    note(typeof failure['message'] === 'string', `${at}message`, 'text', failure['message'])
    oneOf(failure, at, 'phase', PHASES)
    time(failure, at, 'time', false)
  })
  if (problems.length === 0) problems.push(...contradictions(value))
  return problems.length === 0
}

function isTime(value: unknown): boolean {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) && !Number.isNaN(Date.parse(value))
}

function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 60))
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value)
  return value === undefined ? 'nothing' : Array.isArray(value) ? 'a list' : 'an object'
}

function invalid(problems: readonly string[], cause?: unknown): JournalError {
  return new JournalError('JOURNAL_INVALID', `this is not a journal record: ${problems.join('; ')}`, {
    hint: 'Compare it with its copies; go on from a copy that is whole, with the version that wrote it.',
    ...(cause === undefined ? {} : { cause }),
  })
}
