import { expect, test } from 'vitest'
import { finish, memoryStore, resume, runSteps, type Step, takeBack } from './index.ts'

const options = { by: 'joe', now: () => new Date('2026-11-22T06:17:00Z') }
const first = { ...options, by: 'jane', id: 'r1', kind: 'db', plan: null }
const step = (name: string, more: Partial<Step> = {}): Step => ({ name, do: async () => {}, ...more })

const touched = () => Promise.reject(new Error('touched'))

test('steps of another version are refused, each by its name, and nothing is touched', async () => {
  const store = memoryStore()
  const hold = { name: 'services', take: async () => {}, release: async () => {} }
  const known = [step('import'), step('swap', { under: hold })]
  await runSteps(known, store, { ...first, onFailure: 'stop' })
  const before = await store.read()
  for (const [steps, why] of [
    [
      [step('import'), step('swap tables'), step('jobs')],
      'the record has "swap", unknown here; it lacks "swap tables", "jobs"',
    ],
    [
      [step('swap', { under: hold }), step('import')],
      'the record has them in another order: "import", "swap"',
    ],
    [
      [step('import'), step('swap')],
      'the holds of db r1 are not those known here: the record has "services"',
    ],
    [[step('import')], 'the record has "swap", unknown here'],
  ] as const) {
    for (const call of [resume, takeBack, finish]) {
      const guarded = steps.map((one) => ({ ...one, do: touched, undo: touched, finish: touched }))
      await expect(call(guarded, store, options)).rejects.toMatchObject({
        code: 'STEPS_DIFFER',
        message: expect.stringContaining(why),
        hint: 'Use the version that started it (by jane, 2026-11-22T06:17:00.000Z).',
      })
    }
  }
  expect(await store.read()).toEqual(before)
})

test('where there is no record, there is nothing to go on with', async () => {
  for (const call of [resume, takeBack, finish]) {
    await expect(call([step('a')], memoryStore(), options)).rejects.toMatchObject({ code: 'JOURNAL_MISSING' })
  }
})

test('a record that some store made up is refused', async () => {
  const store = { read: async () => JSON.parse('{"schema":"raxx.journal/1"}'), write: async () => {} }
  await expect(resume([step('a')], store, options)).rejects.toMatchObject({ code: 'JOURNAL_INVALID' })
})

test('what is settled stays as it is, without a write', async () => {
  const store = memoryStore()
  let times = 0
  const steps = [step('a', { do: async () => void times++, undo: async () => void times-- })]
  await runSteps(steps, store, first)
  const before = await store.read()
  expect(await resume(steps, store, options)).toEqual({ state: 'done', record: before, failures: [] })
  expect(times).toBe(1)
  await takeBack(steps, store, options)
  expect((await takeBack(steps, store, options)).state).toBe('taken back')
  expect((await resume(steps, store, options)).state).toBe('taken back')
  expect(times).toBe(0)
})

test('a process that was thought dead touches nothing once another one goes on', async () => {
  const store = memoryStore()
  const events: string[] = []
  const make = (who: string, swap: Step['do']): readonly Step[] => {
    const note = (what: string) => async () => void events.push(`${who} ${what}`)
    const under = { name: 'services', take: note('takes'), release: note('releases') }
    return [step('swap', { under, do: swap, undo: note('undoes') }), step('next', { do: note('goes on') })]
  }
  const asleep = Promise.withResolvers<void>()
  const began = Promise.withResolvers<void>()
  const zombie = runSteps(
    make('jane', async () => {
      began.resolve()
      await asleep.promise
    }),
    store,
    first,
  )
  await began.promise
  expect(
    (
      await resume(
        make('joe', async () => void events.push('joe swaps')),
        store,
        options,
      )
    ).state,
  ).toBe('done')
  const byJoe = await store.read()
  events.push('jane wakes')
  asleep.resolve()
  const outcome = await zombie
  expect(outcome.state).toBe('failed')
  expect(outcome.failures).toMatchObject([{ phase: 'record', error: { code: 'SUPERSEDED' } }])
  expect(events.slice(events.indexOf('jane wakes') + 1)).toEqual([])
  expect(await store.read()).toEqual(byJoe)
})
