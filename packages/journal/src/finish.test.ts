import { expect, test } from 'vitest'
import { finish, type JournalRecord, memoryStore, resume, runSteps, type Step, takeBack } from './index.ts'

const options = { by: 'jane', now: () => new Date('2026-11-22T06:17:00Z') }
const first = { ...options, id: 'r1', kind: 'instance', plan: null }
const told: string[] = []
const step = (name: string, more: Partial<Step> = {}): Step => ({
  name,
  do: async () => {},
  undo: async () => {},
  finish: async (_, was) => void told.push(`${name} ${was}`),
  ...more,
})

test('after it was done, each step removes what it kept, told that it was done', async () => {
  told.length = 0
  const store = memoryStore()
  const steps = [step('create'), step('move')]
  await runSteps(steps, store, first)
  expect(await finish(steps, store, options)).toMatchObject({ state: 'finished', failures: [] })
  expect(told).toEqual(['create done', 'move done'])
  expect((await finish(steps, store, options)).state).toBe('finished')
  expect(told).toHaveLength(2)
})

test('after it was taken back, steps are told so, and those that never began are left alone', async () => {
  told.length = 0
  const store = memoryStore()
  const steps = [step('create'), step('move', { do: () => Promise.reject(new Error('no')) }), step('check')]
  expect((await runSteps(steps, store, first)).state).toBe('taken back')
  await finish(steps, store, options)
  expect(told).toEqual(['create taken back', 'move taken back'])
})

test('what is neither done nor taken back is not finished', async () => {
  const store = memoryStore()
  const steps = [step('create'), step('move', { do: () => Promise.reject(new Error('no')) })]
  await runSteps(steps, store, { ...first, onFailure: 'stop' })
  await expect(finish(steps, store, options)).rejects.toMatchObject({ code: 'UNSETTLED' })
})

test('from the moment that finishing begins there is no way back, and finishing or resuming goes on with it', async () => {
  for (const goOn of [finish, resume]) {
    const store = memoryStore()
    const states: unknown[] = []
    let broken = true
    const steps = [
      step('create', { finish: async () => void states.push((await store.read())?.state) }),
      step('move', {
        finish: async () => {
          if (broken) throw new Error('access denied')
        },
      }),
    ]
    await runSteps(steps, store, first)
    const failed = await finish(steps, store, options)
    expect(failed).toMatchObject({ state: 'failed', failures: [{ at: 'move', phase: 'finish' }] })
    expect(states).toEqual(['finishing'])
    await expect(takeBack(steps, store, options)).rejects.toMatchObject({ code: 'FINISHED' })
    broken = false
    expect((await goOn(steps, store, options)).state).toBe('finished')
    await expect(takeBack(steps, store, options)).rejects.toMatchObject({ code: 'FINISHED' })
  }
})

test('interrupted, no further step is finished', async () => {
  told.length = 0
  const store = memoryStore()
  const controller = new AbortController()
  const steps = [step('create', { finish: async () => controller.abort() }), step('move')]
  await runSteps(steps, store, first)
  const outcome = await finish(steps, store, { ...options, signal: controller.signal })
  expect(outcome).toMatchObject({
    state: 'failed',
    failures: [{ at: 'move', error: { code: 'INTERRUPTED' } }],
  })
  expect(told).toEqual([])
})

test('a record that cannot be written stops the finishing, also where a step takes no notice', async () => {
  told.length = 0
  const inside = memoryStore()
  let cut = false
  const store = {
    read: () => inside.read(),
    write: (record: JournalRecord) =>
      cut ? Promise.reject(new Error('no space left')) : inside.write(record),
  }
  const careless: Step['finish'] = async ({ save }) => {
    cut = true
    await save('removed').catch(() => {})
  }
  const steps = [step('create', { finish: careless }), step('move')]
  await runSteps(steps, store, first)
  expect(await finish(steps, store, options)).toMatchObject({
    state: 'failed',
    failures: [{ phase: 'record' }],
  })
  expect(told).toEqual([])
  cut = false
  expect((await inside.read())?.state).toBe('finishing')
})
