import { expect, test } from 'vitest'
import { type Hold, type JournalStore, memoryStore, resume, runSteps, type Step, takeBack } from './index.ts'

let time = 0
const now = () => new Date((time += 1000))
const options = { id: 'r1', kind: 'db', plan: null, by: 'jane', now }

/** A list of a step before, two under a hold and one after, which all note what is called. */
function make(events: string[], change: (name: string) => void = () => {}): readonly Step[] {
  const note = (name: string) => async () => {
    events.push(name)
    change(name)
  }
  const under: Hold = { name: 'services', take: note('stop'), release: note('start') }
  const step = (name: string, more: Partial<Step> = {}): Step => ({
    name,
    do: note(name),
    undo: note(`un${name}`),
    ...more,
  })
  return [step('import'), step('swap', { under }), step('jobs', { under }), step('page')]
}

/** Throws whenever the named function is called. */
const failing =
  (...names: readonly string[]) =>
  (name: string) => {
    if (names.includes(name)) throw new Error(`${name} failed`)
  }

test('services are stopped for just the steps that need it, in both directions', async () => {
  const events: string[] = []
  const store = memoryStore()
  const steps = make(events)
  const { record } = await runSteps(steps, store, options)
  expect(events).toEqual(['import', 'stop', 'swap', 'jobs', 'start', 'page'])
  expect(record.holds).toEqual([
    {
      name: 'services',
      state: 'free',
      heldAt: expect.any(String),
      freedAt: expect.any(String),
      seconds: expect.any(Number),
    },
  ])
  events.length = 0
  await takeBack(steps, store, options)
  expect(events).toEqual(['unpage', 'stop', 'unjobs', 'unswap', 'start', 'unimport'])
})

test('whatever fails, services come back before anything that does not need them stopped', async () => {
  for (const [name, expected] of [
    ['import', ['import', 'unimport']],
    ['stop', ['import', 'stop', 'start', 'unimport']],
    ['swap', ['import', 'stop', 'swap', 'unswap', 'start', 'unimport']],
    ['jobs', ['import', 'stop', 'swap', 'jobs', 'unjobs', 'unswap', 'start', 'unimport']],
    [
      'page',
      [
        'import',
        'stop',
        'swap',
        'jobs',
        'start',
        'page',
        'unpage',
        'stop',
        'unjobs',
        'unswap',
        'start',
        'unimport',
      ],
    ],
  ] as const) {
    const events: string[] = []
    const { state, failures } = await runSteps(make(events, failing(name)), memoryStore(), options)
    expect(events).toEqual(expected)
    expect(state).toBe('taken back')
    expect(failures).toMatchObject([{ error: { message: `${name} failed` } }])
  }
})

test('when the swap cannot be undone either, services come back all the same, and nothing before it is undone', async () => {
  const events: string[] = []
  const { state, failures, record } = await runSteps(
    make(events, failing('swap', 'unswap')),
    memoryStore(),
    options,
  )
  expect(events).toEqual(['import', 'stop', 'swap', 'unswap', 'start'])
  expect(state).toBe('failed')
  expect(failures.map(({ at, phase }) => `${phase} ${at}`)).toEqual(['do swap', 'undo swap'])
  expect(record).toMatchObject({ state: 'taking back', holds: [{ state: 'free' }] })
})

test('services that do not start again are tried again, told, and left to the next call', async () => {
  const events: string[] = []
  const store = memoryStore()
  const { state, failures, record } = await runSteps(make(events, failing('start')), store, options)
  expect(events).toEqual([
    'import',
    'stop',
    'swap',
    'jobs',
    'start',
    'stop',
    'unjobs',
    'unswap',
    'start',
    'start',
  ])
  expect(state).toBe('failed')
  expect(failures.map(({ at, phase }) => `${phase} ${at}`)).toEqual(Array(3).fill('release services'))
  expect(record.holds).toMatchObject([{ state: 'held' }])
  const after: string[] = []
  expect((await resume(make(after), store, options)).state).toBe('taken back')
  expect(after).toEqual(['start', 'unimport'])
})

test('a record that cannot be written any more does not keep services down, and nothing unrecorded is undone', async () => {
  const events: string[] = []
  const inside = memoryStore()
  let cut = false
  const store: JournalStore = {
    read: () => inside.read(),
    write: async (record) => {
      if (cut) throw new Error('no space left')
      await inside.write(record)
    },
  }
  const steps = make(events, (name) => {
    cut = name === 'swap'
  })
  const { state, failures } = await runSteps(steps, store, options)
  expect(events).toEqual(['import', 'stop', 'swap', 'start'])
  expect(state).toBe('failed')
  expect(failures).toMatchObject([
    { at: 'r1', phase: 'record', error: { code: 'JOURNAL_UNWRITABLE', cause: { message: 'no space left' } } },
  ])
})

test('what a killed process left stopped is started by the next call even when the record cannot be written', async () => {
  const inside = memoryStore()
  const never = new Promise<never>(() => {})
  const swapping = Promise.withResolvers<void>()
  const [first, ...others] = make([])
  const killed = others.map((step) => ({
    ...step,
    do: async () => {
      swapping.resolve()
      await never
    },
  }))
  if (first === undefined) throw new Error('no steps')
  void runSteps([first, ...killed], inside, options)
  await swapping.promise
  const events: string[] = []
  const full: JournalStore = {
    read: () => inside.read(),
    write: () => Promise.reject(new Error('no space left')),
  }
  await expect(takeBack(make(events), full, options)).rejects.toMatchObject({ code: 'JOURNAL_UNWRITABLE' })
  expect(events).toEqual(['start'])
  expect((await takeBack(make(events), inside, options)).state).toBe('taken back')
  expect(events).toEqual(['start', 'stop', 'unswap', 'start', 'unimport'])
})

test('interrupted while services are stopped, stopping them again and starting them is not interrupted', async () => {
  const controller = new AbortController()
  const aborted: unknown[] = []
  const look: Hold['take'] = async ({ signal }) => void aborted.push(signal.aborted)
  const under: Hold = { name: 'services', take: look, release: look }
  const steps: readonly Step[] = [
    { name: 'swap', under, do: async () => {}, undo: async () => {} },
    { name: 'page', do: async () => controller.abort() },
    { name: 'dump', do: async () => {} },
  ]
  const { state } = await runSteps(steps, memoryStore(), { ...options, signal: controller.signal })
  expect(state).toBe('taken back')
  expect(aborted).toEqual([false, false, false, false])
})
