import { expect, test } from 'vitest'
import {
  type JournalRecord,
  type JournalStore,
  memoryStore,
  resume,
  runSteps,
  type Step,
  takeBack,
} from './index.ts'

const options = { by: 'jane', now: () => new Date('2026-11-22T06:17:00Z') }
const first = { ...options, id: 'r1', kind: 'db', plan: null }

/** A store that fails at its n-th write, before it has kept anything. */
function failingAt(n: number): JournalStore & { writes: number } {
  const inside = memoryStore()
  const store = {
    writes: 0,
    read: () => inside.read(),
    async write(record: JournalRecord) {
      if (++store.writes === n) throw new Error('no space left')
      await inside.write(record)
    },
  }
  return store
}

const under = { name: 'services', take: async () => {}, release: async () => {} }
const steps: readonly Step[] = [
  { name: 'import', do: async () => {}, undo: async () => {} },
  { name: 'look', do: async () => {} },
  { name: 'swap', under, do: async () => {}, undo: async () => {} },
]

test('a write that fails once stops the run where it is, the end is recorded once that is possible, and it is resumed forward', async () => {
  const calm = failingAt(0)
  await runSteps(steps, calm, first)
  for (let n = 2; n <= calm.writes; n++) {
    const store = failingAt(n)
    const { state, failures } = await runSteps(steps, store, first)
    expect(state).toBe('failed')
    expect(failures).toMatchObject([{ phase: 'record', error: { code: 'JOURNAL_UNWRITABLE' } }])
    expect((await store.read())?.state).toBe('running')
    expect(await resume(steps, store, options)).toMatchObject({ state: 'done', failures: [] })
  }
})

test('a step that takes no notice of what it could not save is not done for that', async () => {
  const rejected: unknown[] = []
  const careless: Step = {
    name: 'dump',
    do: async ({ save }) => {
      for (const key of ['a', 'b']) await save(key).catch((error: unknown) => void rejected.push(error))
    },
  }
  // The first write opens the record, the second says that the step begins.
  const store = failingAt(3)
  const { state, failures } = await runSteps([careless], store, first)
  expect(state).toBe('failed')
  expect(failures).toMatchObject([{ at: 'r1', phase: 'record' }])
  expect(rejected).toHaveLength(2)
  expect((await store.read())?.steps).toMatchObject([{ name: 'dump', state: 'failed' }])
})

test('a step stopped by what it could not save has not failed by itself', async () => {
  const { failures } = await runSteps([{ name: 'dump', do: ({ save }) => save('key') }], failingAt(3), first)
  expect(failures.map(({ at, phase }) => [at, phase])).toEqual([['r1', 'record']])
})

test('a record that another process has written is not written over, not even with the end', async () => {
  const store = memoryStore()
  let byJoe: JournalRecord | undefined
  const overtaken: Step = {
    name: 'swap',
    under,
    do: async () => {
      const mine = await store.read()
      if (mine === undefined) throw new Error('no record')
      byJoe = { ...mine, writer: 'joe', sequence: mine.sequence + 1 }
      await store.write(byJoe)
    },
  }
  const { state, failures } = await runSteps([overtaken], store, first)
  expect(state).toBe('failed')
  expect(failures).toMatchObject([{ phase: 'record', error: { code: 'SUPERSEDED' } }])
  expect(await store.read()).toEqual(byJoe)
})

test('taking back, when interrupted, stops before the next undo and goes on from there', async () => {
  const store = memoryStore()
  await runSteps(steps, store, first)
  const controller = new AbortController()
  const undone: string[] = []
  const interrupting = steps.map((step): Step => {
    if (step.undo === undefined) return step
    return {
      ...step,
      undo: async () => {
        undone.push(step.name)
        controller.abort()
      },
    }
  })
  const stopped = await takeBack(interrupting, store, { ...options, signal: controller.signal })
  expect(stopped).toMatchObject({
    state: 'failed',
    failures: [{ at: 'import', error: { code: 'INTERRUPTED' } }],
  })
  expect(undone).toEqual(['swap'])
  expect((await takeBack(interrupting, store, options)).state).toBe('taken back')
  expect(undone).toEqual(['swap', 'import'])
})

test('a memory store takes the same record once more, as after a lost answer, but no older one', async () => {
  const store = memoryStore()
  const { record } = await runSteps(steps, store, first)
  await store.write(record)
  const older = { ...record, writer: 'joe' }
  await expect(store.write(older)).rejects.toMatchObject({ code: 'SUPERSEDED' })
  await expect(store.write({ ...older, sequence: 1 })).rejects.toMatchObject({ code: 'SUPERSEDED' })
})
