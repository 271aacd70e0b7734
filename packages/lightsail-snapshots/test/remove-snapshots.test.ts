import { planRetention, type RetentionPlan } from '@raxx/retention'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isDailyName, listSnapshots, removeSnapshots, type Snapshot } from '../src/index.ts'
import { INSTANCE, NOW, PREFIX, type TestWorld, testWorld } from './world.ts'

let world: TestWorld
beforeEach(async () => {
  world = await testWorld({ pageSize: 2 })
  for (let day = 12; day <= 22; day++) {
    world.server.addSnapshot({ name: daily(day), fromInstanceName: INSTANCE, createdAt: at(day) })
  }
  world.server.addSnapshot({
    name: 'raxx-tickets-manual-2026-11-01',
    fromInstanceName: INSTANCE,
    createdAt: at(1),
  })
  world.server.addSnapshot({ name: `${PREFIX}2026-11-02`, fromInstanceName: 'other', createdAt: at(2) })
  world.server.addSnapshot({ name: `${PREFIX}2026-11-03-copy`, fromInstanceName: INSTANCE, createdAt: at(3) })
})
afterEach(() => world[Symbol.asyncDispose]())

const daily = (day: number): string => `${PREFIX}2026-11-${day}`
const at = (day: number): Date => new Date(Date.UTC(2026, 10, day, 6, 20))
const guard = { instance: INSTANCE, namePrefix: PREFIX }
const names = (): string[] => [...world.server.state.snapshots.keys()]
const deletions = (): unknown[] =>
  world.server.calls
    .filter((call) => call.operation === 'DeleteInstanceSnapshot')
    .map((call) => call.input['instanceSnapshotName'])

const plan = async (last = 7): Promise<RetentionPlan<Snapshot>> => {
  const all = await listSnapshots(world.client(), { instance: INSTANCE })
  return planRetention(
    all.filter(({ name }) => isDailyName(PREFIX, name)),
    { last },
    NOW,
    { soundName: 'available' },
  )
}

test('removes exactly what the plan says: never a manual one, nor one of another instance', async () => {
  const before = names()
  expect(await removeSnapshots(world.client(), await plan(), guard)).toEqual({
    removed: [daily(15), daily(14), daily(13), daily(12)],
    gone: [],
  })
  expect(before.filter((name) => !names().includes(name))).toEqual([12, 13, 14, 15].map(daily))
  expect(deletions()).toEqual([15, 14, 13, 12].map(daily))
})

test('failed snapshots do not count as kept, and go once enough newer ones are available', async () => {
  for (const day of [22, 20, 13])
    Object.assign(world.server.state.snapshots.get(daily(day)) ?? {}, { state: 'error' })
  const { removed } = await removeSnapshots(world.client(), await plan(), guard)
  expect(removed).toEqual([daily(13), daily(12)])
})

test('a plan that removes nothing asks for nothing', async () => {
  const keepsAll = await plan(20)
  const before = world.server.calls.length
  expect(await removeSnapshots(world.client(), keepsAll, guard)).toEqual({ removed: [], gone: [] })
  expect(world.server.calls).toHaveLength(before)
})

test('what somebody else removed meanwhile is told as gone', async () => {
  const decided = await plan()
  world.server.state.snapshots.delete(daily(14))
  expect(await removeSnapshots(world.client(), decided, guard)).toEqual({
    removed: [daily(15), daily(13), daily(12)],
    gone: [daily(14)],
  })
})

test('a removal whose answer was lost counts as removed', async () => {
  const decided = await plan()
  world.server.faults.add({ on: 'DeleteInstanceSnapshot', times: 1, answer: { cut: true, applied: true } })
  const { removed } = await removeSnapshots(world.client({ maxAttempts: 3 }), decided, guard)
  expect(removed).toHaveLength(4)
  expect(deletions()).toHaveLength(5)
})

test.each([
  ['denied', { error: { status: 400, code: 'AccessDeniedException' } }, 'ACCESS_DENIED'],
  ['failing', { error: { status: 500, code: 'ServiceException' } }, 'SERVICE_FAILED'],
  ['throttled', { error: { status: 400, code: 'ThrottlingException' } }, 'THROTTLED'],
  ['cut', { cut: true }, 'UNREACHABLE'],
] as const)(
  'one removal that is %s does not stop the others, and is told with what went',
  async (_, answer, code) => {
    const decided = await plan()
    world.server.faults.add({ on: 'DeleteInstanceSnapshot', nth: 2, times: 1, answer })
    const removing = removeSnapshots(world.client(), decided, guard)
    await expect(removing).rejects.toMatchObject({
      code: 'REMOVE_FAILED',
      message: expect.stringMatching(
        `1 of 4 snapshots could not be removed: ${daily(14)} \\(${code}: .*Removed: ${daily(15)}, ${daily(13)}, ${daily(12)}`,
      ) as string,
      removed: [daily(15), daily(13), daily(12)],
      cause: { code },
    })
    expect(names()).toContain(daily(14))
  },
)

test('removals that all fail are each told', async () => {
  const decided = await plan()
  world.server.faults.add({
    on: 'DeleteInstanceSnapshot',
    answer: { error: { status: 400, code: 'AccessDeniedException' } },
  })
  await expect(removeSnapshots(world.client(), decided, guard)).rejects.toMatchObject({
    message: expect.stringMatching(/^4 of 4 .*-15 .*-14 .*-13 .*-12 .*Removed: none$/) as string,
    hint: expect.stringContaining('lightsail:DeleteInstanceSnapshot') as string,
    removed: [],
  })
})

test('a removal whose operation failed did not remove', async () => {
  const decided = await plan()
  const client = world.altered((output) => {
    const [operation] = (output['operations'] ?? []) as Record<string, unknown>[]
    if (operation) Object.assign(operation, { status: 'Failed', errorCode: 'Busy', errorDetails: 'in use' })
  })
  await expect(removeSnapshots(client, decided, guard)).rejects.toMatchObject({
    code: 'REMOVE_FAILED',
    message: expect.stringContaining('Busy: in use') as string,
  })
})

test('throttled for a while, all go', async () => {
  const decided = await plan()
  const answer = { error: { status: 400, code: 'ThrottlingException' } }
  world.server.faults.add({ on: 'DeleteInstanceSnapshot', nth: 2, times: 1, answer })
  expect((await removeSnapshots(world.client({ maxAttempts: 3 }), decided, guard)).removed).toHaveLength(4)
})

test('interrupted at a removal that hangs, it stops there and tells what went', async () => {
  const decided = await plan()
  world.server.faults.add({ on: 'DeleteInstanceSnapshot', nth: 2, answer: { hang: true } })
  const signal = world.interruptAt('DeleteInstanceSnapshot', 2)
  await expect(removeSnapshots(world.client(), decided, { ...guard, signal })).rejects.toMatchObject({
    code: 'ABORTED',
    removed: [daily(15)],
  })
  expect(deletions()).toHaveLength(2)
})

test('nothing goes when the look before fails, or the newest one of the plan is not available any more', async () => {
  const decided = await plan()
  const takeOut = world.server.faults.add({ on: 'GetInstanceSnapshots', nth: 3, answer: { cut: true } })
  await expect(removeSnapshots(world.client(), decided, guard)).rejects.toMatchObject({ code: 'UNREACHABLE' })
  takeOut()
  Object.assign(world.server.state.snapshots.get(daily(22)) ?? {}, { state: 'error' })
  await expect(removeSnapshots(world.client(), decided, guard)).rejects.toMatchObject({
    code: 'PLAN_OUTDATED',
    message: expect.stringContaining('is error now') as string,
  })
  world.server.state.snapshots.delete(daily(22))
  await expect(removeSnapshots(world.client(), decided, guard)).rejects.toMatchObject({
    code: 'PLAN_OUTDATED',
    message: expect.stringContaining('is missing now') as string,
  })
  expect(deletions()).toEqual([])
})

test('a name that belongs to another snapshot by now is left alone', async () => {
  const decided = await plan()
  for (const [day, seed] of [
    [14, { fromInstanceName: 'other', createdAt: at(14) }],
    [13, { fromInstanceName: INSTANCE, createdAt: NOW }],
  ] as const) {
    world.server.state.snapshots.delete(daily(day))
    world.server.addSnapshot({ name: daily(day), ...seed })
  }
  await expect(removeSnapshots(world.client(), decided, guard)).rejects.toMatchObject({
    code: 'REMOVE_FAILED',
    message: expect.stringContaining('another snapshot by now: of other') as string,
    removed: [daily(15), daily(12)],
  })
  expect(deletions()).toEqual([daily(15), daily(12)])
})

test('a plan that was not decided, or holds what is not pruned, removes nothing', async () => {
  const decided = await plan()
  const all = await listSnapshots(world.client())
  const before = world.server.calls.length
  for (const wrong of [{ ...decided }, structuredClone(decided), planRetention(all, { last: 7 }, NOW)]) {
    await expect(removeSnapshots(world.client(), wrong, guard)).rejects.toMatchObject({ code: 'NOT_A_PLAN' })
  }
  expect(world.server.calls).toHaveLength(before)
})
