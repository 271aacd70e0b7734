import { expect, test } from 'vitest'
import {
  JournalError,
  type JournalRecord,
  memoryStore,
  resume,
  runSteps,
  type Step,
  type StepEvent,
  takeBack,
} from './index.ts'

const by = 'jane'
const clock = () => {
  let time = Date.parse('2026-11-22T06:17:00Z')
  return () => new Date((time += 1000))
}
const options = () => ({ id: 'r1', kind: 'db', plan: { from: 'latest' }, by, now: clock() })
const hold = () => ({ name: 'services', take: async () => {}, release: async () => {} })
const step = (name: string, more: Partial<Step> = {}): Step => ({ name, do: async () => {}, ...more })
const fails = (message: string) => () =>
  Promise.reject(Object.assign(new Error(message), { code: 'ER_LOCK' }))

test('each step is in the record before it begins, with those before it done', async () => {
  const store = memoryStore()
  const seen: unknown[] = []
  const look = async () => {
    seen.push((await store.read())?.steps.map(({ state }) => state))
  }
  const { state, record } = await runSteps(
    [step('a', { do: look }), step('b', { do: look })],
    store,
    options(),
  )
  expect(seen).toEqual([
    ['doing', 'pending'],
    ['done', 'doing'],
  ])
  expect(state).toBe('done')
  expect(record).toEqual(await store.read())
  expect(record).toMatchObject({
    id: 'r1',
    kind: 'db',
    by,
    writer: by,
    plan: { from: 'latest' },
    state: 'done',
  })
})

test('a failure undoes what was done in reverse order, and tells why', async () => {
  const undone: string[] = []
  const undo = (name: string) => ({ undo: async () => void undone.push(name) })
  const steps = [
    step('a', undo('a')),
    step('b'),
    step('c', { do: fails('lock wait'), ...undo('c') }),
    step('d', undo('d')),
  ]
  const { state, record, failures } = await runSteps(steps, memoryStore(), options())
  expect(state).toBe('taken back')
  expect(undone).toEqual(['c', 'a'])
  expect(failures).toMatchObject([{ at: 'c', phase: 'do', error: { message: 'lock wait' } }])
  expect(record.failures).toMatchObject([{ at: 'c', phase: 'do', code: 'ER_LOCK', message: 'lock wait' }])
  expect(record.steps.map((known) => known.state)).toEqual(['undone', 'undone', 'undone', 'pending'])
})

test('a step that says stop leaves what is done, to be resumed', async () => {
  const did: string[] = []
  const make = (dump: Step['do']): readonly Step[] => [
    step('swap', { do: async () => void did.push('swap'), undo: async () => void did.push('swap back') }),
    step('safety dump', { onFailure: 'stop', do: dump }),
  ]
  const store = memoryStore()
  const stopped = await runSteps(make(fails('S3 is cut off')), store, options())
  expect(stopped).toMatchObject({
    state: 'failed',
    record: { state: 'running', endedAt: expect.any(String) },
  })
  const resumed = await resume(
    make(async () => void did.push('dump')),
    store,
    { by: 'joe', now: clock() },
  )
  expect(resumed).toMatchObject({ state: 'done', failures: [], record: { by, writer: 'joe' } })
  expect(resumed.record.failures).toHaveLength(1)
  expect(did).toEqual(['swap', 'dump'])
})

test('an undo that fails leaves those before it as they are, until it is taken back once more', async () => {
  const undone: string[] = []
  let broken = true
  const steps = [
    step('create', { undo: async () => void undone.push('create') }),
    step('swap', {
      undo: async () => {
        if (broken) throw new Error('the server is gone')
        undone.push('swap')
      },
    }),
    step('check', { do: fails('no page') }),
  ]
  const store = memoryStore()
  const outcome = await runSteps(steps, store, options())
  expect(outcome.state).toBe('failed')
  expect(outcome.failures.map(({ at, phase }) => [at, phase])).toEqual([
    ['check', 'do'],
    ['swap', 'undo'],
  ])
  expect(undone).toEqual([])
  broken = false
  expect((await takeBack(steps, store, { by, now: clock() })).state).toBe('taken back')
  expect(undone).toEqual(['swap', 'create'])
})

test('interrupted, nothing further begins, and what was done is taken back without being interrupted again', async () => {
  const controller = new AbortController()
  const seen: unknown[] = []
  const steps = [
    step('import', {
      do: async () => controller.abort(new Error('SIGINT')),
      undo: async ({ signal }) => void seen.push(signal.aborted),
    }),
    step('swap', { do: async () => void seen.push('swapped') }),
  ]
  const { state, failures } = await runSteps(steps, memoryStore(), {
    ...options(),
    signal: controller.signal,
  })
  expect(state).toBe('taken back')
  expect(seen).toEqual([false])
  expect(failures).toMatchObject([
    { at: 'swap', error: { code: 'INTERRUPTED', cause: { message: 'SIGINT' } } },
  ])
})

test('changes are told with seconds, and a listener that throws stops nothing', async () => {
  const told: StepEvent[] = []
  const onStep = (event: StepEvent) => {
    told.push(event)
    throw new Error('EPIPE')
  }
  const { state } = await runSteps([step('swap', { under: hold() })], memoryStore(), { ...options(), onStep })
  expect(state).toBe('done')
  expect(told.map((event) => `${event.name} ${event.state}`)).toEqual([
    'swap doing',
    'services doing',
    'services done',
    'swap done',
    'services undoing',
    'services undone',
  ])
  expect(told.filter(({ seconds }) => seconds !== undefined && seconds > 0)).toHaveLength(2)
})

test('what a step saved is there for the next step, and for another process', async () => {
  const store = memoryStore()
  const seen: unknown[] = []
  const steps = [
    step('dump', {
      do: ({ save }) => save({ key: 'safety/r1.sql.gz' }),
      undo: async ({ saved }) => void seen.push(saved()),
    }),
    step('import', { do: async ({ saved, id }) => void seen.push([id, saved('dump'), saved()]) }),
  ]
  await runSteps(steps, store, options())
  await takeBack(steps, store, { by, now: clock() })
  expect(seen).toEqual([['r1', { key: 'safety/r1.sql.gz' }, undefined], { key: 'safety/r1.sql.gz' }])
})

test('what is saved twice at a time is written in order', async () => {
  const inside = memoryStore()
  const sequences: number[] = []
  const slow = {
    read: () => inside.read(),
    async write(record: JournalRecord) {
      // Were they not in turn, the first would be overtaken here.
      for (let i = 0; i < 20 - record.sequence * 2; i++) await Promise.resolve()
      sequences.push(record.sequence)
      await inside.write(record)
    },
  }
  const twice = step('a', { do: async ({ save }) => void (await Promise.all([save(1), save(2), save(3)])) })
  const { state, record } = await runSteps([twice], slow, options())
  expect(state).toBe('done')
  expect(sequences).toEqual(sequences.toSorted((a, b) => a - b))
  expect(record.steps[0]?.saved).toBe(3)
})

test('what would not read back as it is cannot be saved or planned', async () => {
  for (const plan of [new Date(0), { a: [1, Number.NaN] }, () => {}, 1n, undefined, new Map()]) {
    await expect(runSteps([step('a')], memoryStore(), { ...options(), plan })).rejects.toMatchObject({
      code: 'NOT_JSON',
    })
  }
  const { failures } = await runSteps(
    [step('a', { do: ({ save }) => save({ at: new Date(0) }) })],
    memoryStore(),
    options(),
  )
  expect(failures).toMatchObject([
    { at: 'a', error: { code: 'NOT_JSON', message: expect.stringContaining('saved.at') } },
  ])
})

test('a store with a record is not run over', async () => {
  const store = memoryStore()
  await runSteps([step('a')], store, options())
  await expect(runSteps([step('a')], store, options())).rejects.toMatchObject({
    code: 'JOURNAL_EXISTS',
    message: 'there is already a record here: db r1, done',
  })
})

test('lists that no record could tell apart are refused before anything is written', async () => {
  const shared = hold()
  for (const steps of [
    [],
    [step('')],
    [step('a'), step('a')],
    [step('services', { under: shared })],
    [step('a', { under: hold() }), step('b', { under: hold() })],
  ]) {
    const store = memoryStore()
    await expect(runSteps(steps, store, options())).rejects.toMatchObject({ code: 'INVALID_STEPS' })
    expect(await store.read()).toBeUndefined()
  }
  await expect(runSteps([step('a')], memoryStore(), { ...options(), by: '' })).rejects.toBeInstanceOf(
    JournalError,
  )
})
