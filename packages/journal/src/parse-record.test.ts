import { expect, test } from 'vitest'
import { type JournalRecord, memoryStore, parseRecord, runSteps } from './index.ts'

async function sound(): Promise<JournalRecord> {
  const hold = { name: 'services', take: async () => {}, release: async () => {} }
  const steps = [
    { name: 'import', do: async () => {} },
    { name: 'swap', under: hold, do: () => Promise.reject(new Error('lock wait timeout')) },
    { name: 'check', do: async () => {} },
  ]
  const options = { id: 'r1', kind: 'db', plan: { from: 'latest' }, by: 'jane', now: () => new Date(0) }
  return (await runSteps(steps, memoryStore(), { ...options, onFailure: 'stop' })).record
}

test('a record that was written is read back as it was', async () => {
  const record = await sound()
  expect(parseRecord(JSON.stringify(record))).toEqual(record)
})

test('fields that a later version added are kept', async () => {
  expect(parseRecord(JSON.stringify({ ...(await sound()), note: 'hello' }))).toMatchObject({ note: 'hello' })
})

test('a record cut off anywhere is refused', async () => {
  const text = JSON.stringify(await sound())
  for (let length = 0; length < text.length; length++) {
    expect(() => parseRecord(text.slice(0, length))).toThrow(
      expect.objectContaining({ code: 'JOURNAL_INVALID' }),
    )
  }
})

test('a record of another schema is refused by its name', async () => {
  const other = { ...(await sound()), schema: 'raxx.journal/2' }
  expect(() => parseRecord(JSON.stringify(other))).toThrow(
    /schema: expected raxx\.journal\/1, found "raxx\.journal\/2"/,
  )
})

test('without any one of its fields, a record is refused', async () => {
  const record = await sound()
  for (const key of Object.keys(record).filter((name) => name !== 'endedAt')) {
    const text = JSON.stringify({ ...record, [key]: undefined })
    expect(() => parseRecord(text)).toThrow(expect.objectContaining({ code: 'JOURNAL_INVALID' }))
  }
})

test('all that is wrong is told at once, with where it is', async () => {
  const record = await sound()
  const wrong = {
    ...record,
    sequence: 1.5,
    steps: [{ ...record.steps[0], state: 'did', startedAt: 'yesterday' }, 7],
    failures: [{ ...record.failures[0], phase: 'undid' }],
  }
  expect(() => parseRecord(JSON.stringify(wrong))).toThrow(
    [
      'this is not a journal record: sequence: expected a whole number above 0, found 1.5',
      'steps[0].state: expected one of pending, doing, done, undoing, undone, failed, found "did"',
      'steps[0].startedAt: expected a time, found "yesterday"',
      'steps[1]: expected an object, found 7',
      'failures[0].phase: expected one of done?, do, undo, finish, take, release, found "undid"',
    ].join('; '),
  )
})

test('a record that contradicts itself is refused', async () => {
  const record = await sound()
  const [hold] = record.holds
  const states = (...known: string[]) => record.steps.map((step, i) => ({ ...step, state: known[i] }))
  const held = [{ ...hold, state: 'held' }]
  for (const [change, why] of [
    [{ steps: [] }, 'it has no steps'],
    [{ steps: states('pending', 'done', 'pending') }, 'its steps are out of order: pending, done, pending'],
    [{ steps: states('doing', 'failed', 'pending') }, 'its steps are out of order'],
    [{ state: 'done' }, 'it says done, but not every step is'],
    [{ state: 'taken back' }, 'it says taken back, but not every step is'],
    [{ state: 'finished' }, 'it says finished, but its steps are neither all done nor all taken back'],
    [
      { holds: [...held, { ...hold, name: 'lock', state: 'held' }] },
      'it says that two things are held at once',
    ],
    [
      { state: 'done', steps: states('done', 'done', 'done'), holds: held },
      'it says done, and that something is held',
    ],
  ] as const) {
    expect(() => parseRecord(JSON.stringify({ ...record, ...change }))).toThrow(why)
  }
})
