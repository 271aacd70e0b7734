import { expect, test } from 'vitest'
import {
  compositeStore,
  type JournalRecord,
  type JournalStore,
  memoryStore,
  resume,
  runSteps,
} from './index.ts'

const now = () => new Date('2026-11-22T06:17:00Z')
const record = (sequence: number, change: Partial<JournalRecord> = {}): JournalRecord => ({
  schema: 'raxx.journal/1',
  id: 'r1',
  kind: 'db',
  sequence,
  startedAt: '2026-11-22T06:17:00.000Z',
  updatedAt: '2026-11-22T06:17:00.000Z',
  by: 'jane',
  writer: 'jane',
  plan: null,
  state: 'running',
  steps: [{ name: 'swap', state: 'pending' }],
  holds: [],
  failures: [],
  ...change,
})

/** A store whose network can be cut. */
function cuttable(): JournalStore & { cut: boolean } {
  const inside = memoryStore()
  const whole = async () => {
    if (store.cut) throw new Error('cut off')
  }
  const store = {
    cut: false,
    read: () => whole().then(() => inside.read()),
    write: (written: JournalRecord) => whole().then(() => inside.write(written)),
  }
  return store
}

test('a write goes to every store, and one that misses it is told', async () => {
  const [instance, bucket] = [cuttable(), cuttable()]
  const missed: unknown[] = []
  const store = compositeStore(
    { instance, bucket },
    { onMissed: (name, error) => missed.push([name, error]) },
  )
  await store.write(record(1))
  bucket.cut = true
  await store.write(record(2))
  expect(missed).toEqual([['bucket', expect.objectContaining({ message: 'cut off' })]])
  bucket.cut = false
  expect((await instance.read())?.sequence).toBe(2)
  expect((await bucket.read())?.sequence).toBe(1)
})

test('the newest is read, whichever store missed the last writes', async () => {
  for (const behind of ['instance', 'bucket'] as const) {
    const stores = { instance: cuttable(), bucket: cuttable() }
    const store = compositeStore(stores)
    await store.write(record(1))
    stores[behind].cut = true
    await store.write(record(2))
    stores[behind].cut = false
    expect((await store.read())?.sequence).toBe(2)
    // And the next write brings the one behind up to date.
    await store.write(record(3))
    expect((await stores[behind].read())?.sequence).toBe(3)
  }
})

test('the first write must reach all: nothing has been done yet', async () => {
  const [instance, bucket] = [cuttable(), cuttable()]
  bucket.cut = true
  await expect(compositeStore({ instance, bucket }).write(record(1))).rejects.toMatchObject({
    code: 'JOURNAL_UNWRITABLE',
    message: 'the record could not be written to bucket (cut off)',
  })
})

test('a write that reaches no store fails', async () => {
  const [instance, bucket] = [cuttable(), cuttable()]
  const store = compositeStore({ instance, bucket })
  await store.write(record(1))
  instance.cut = bucket.cut = true
  await expect(store.write(record(2))).rejects.toMatchObject({
    code: 'JOURNAL_UNWRITABLE',
    message: 'the record could not be written to instance (cut off), bucket (cut off)',
  })
})

test('a store that does not answer could hold a newer record, so nothing is read unless the operator says otherwise', async () => {
  const [instance, bucket] = [cuttable(), cuttable()]
  await compositeStore({ instance, bucket }).write(record(1))
  bucket.cut = true
  await expect(compositeStore({ instance, bucket }).read()).rejects.toMatchObject({
    code: 'JOURNAL_UNREADABLE',
    message: 'the record could not be read from bucket (cut off)',
  })
  const without = compositeStore({ instance, bucket }, { readWithout: ['bucket'] })
  expect((await without.read())?.sequence).toBe(1)
  instance.cut = true
  const neither = compositeStore({ instance, bucket }, { readWithout: ['bucket', 'instance'] })
  await expect(neither.read()).rejects.toMatchObject({ code: 'JOURNAL_UNREADABLE' })
})

test('a store with no record yet does not hide the one that another store has', async () => {
  const [instance, bucket] = [memoryStore(), memoryStore()]
  await bucket.write(record(4))
  expect((await compositeStore({ instance, bucket }).read())?.sequence).toBe(4)
  expect(await compositeStore({ instance }).read()).toBeUndefined()
})

test('half a record in one store is a store that does not answer, not one without a record', async () => {
  const torn: JournalStore = {
    // What a store that does not check might hand over.
    read: async () => JSON.parse('{"schema":"raxx.journal/1","id":"r1"}'),
    write: async () => {},
  }
  const bucket = memoryStore()
  await bucket.write(record(1))
  await expect(compositeStore({ torn, bucket }).read()).rejects.toMatchObject({ code: 'JOURNAL_UNREADABLE' })
})

test('two records of the same sequence, or of different runs, are never chosen between', async () => {
  for (const other of [record(2, { writer: 'joe' }), record(3, { id: 'r2' })]) {
    const [instance, bucket] = [memoryStore(), memoryStore()]
    await instance.write(record(2))
    await bucket.write(other)
    await expect(compositeStore({ instance, bucket }).read()).rejects.toMatchObject({
      code: 'JOURNAL_CONFLICT',
    })
  }
})

test('one store that knows of a newer record is enough to refuse', async () => {
  const [instance, bucket] = [memoryStore(), memoryStore()]
  await bucket.write(record(5, { writer: 'joe' }))
  await expect(compositeStore({ instance, bucket }).write(record(3))).rejects.toMatchObject({
    code: 'SUPERSEDED',
  })
})

test('a run goes on while one store is cut off, and is resumed from what the other one has', async () => {
  const [instance, bucket] = [cuttable(), cuttable()]
  const done: string[] = []
  let broken = true
  const steps = ['import', 'swap', 'check'].map((name) => ({
    name,
    do: async () => {
      bucket.cut = name === 'import'
      if (name === 'check' && broken) throw new Error('no page')
      done.push(name)
    },
  }))
  const options = { by: 'jane', now, onFailure: 'stop' as const }
  const run = await runSteps(steps, compositeStore({ instance, bucket }), {
    ...options,
    id: 'r1',
    kind: 'db',
    plan: 1,
  })
  expect(run.state).toBe('failed')
  broken = false
  expect((await resume(steps, compositeStore({ instance, bucket }), options)).state).toBe('done')
  expect(done).toEqual(['import', 'swap', 'check'])
})
