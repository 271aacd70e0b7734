import { afterEach, beforeEach, expect, test } from 'vitest'
import { ensureSnapshot, type CreateOptions } from '../src/index.ts'
import { INSTANCE, now, type TestWorld, testWorld, TODAY } from './world.ts'

let world: TestWorld
beforeEach(async () => {
  world = await testWorld()
})
afterEach(() => world[Symbol.asyncDispose]())

const options = {
  instance: INSTANCE,
  name: TODAY,
  now,
  pollEveryMs: 1,
  timeoutMs: 20_000,
} satisfies CreateOptions
const seed = { name: TODAY, fromInstanceName: INSTANCE }

test('run twice, it takes one snapshot and then keeps it', async () => {
  const first = await ensureSnapshot(world.client(), options)
  expect(first).toMatchObject({ outcome: 'taken', snapshot: { name: TODAY, state: 'available' } })
  expect(await ensureSnapshot(world.client(), options)).toEqual({
    outcome: 'existing',
    snapshot: first.snapshot,
  })
  expect(world.called().filter((name) => name === 'CreateInstanceSnapshot')).toHaveLength(1)
})

test('one that is pending is waited for, and nothing is taken or removed', async () => {
  world.server.addSnapshot({ ...seed, state: 'pending', pendingPolls: 3 })
  expect(await ensureSnapshot(world.client(), options)).toMatchObject({
    outcome: 'awaited',
    snapshot: { sound: true },
  })
  expect(world.server.calls.some((call) => call.writes)).toBe(false)
})

test('one that was waited for and ends in error is told; the next run takes it again', async () => {
  world.server.addSnapshot({ ...seed, state: 'pending', pendingPolls: 2, endsAs: 'error' })
  await expect(ensureSnapshot(world.client(), options)).rejects.toMatchObject({ code: 'SNAPSHOT_ERROR' })
  expect(await ensureSnapshot(world.client(), options)).toMatchObject({ outcome: 'retaken' })
})

test('one in error is removed and taken again, whoever removed it', async () => {
  for (const applied of [false, true]) {
    world.server.state.snapshots.clear()
    world.server.addSnapshot({ ...seed, state: 'error' })
    // The second time round the answer to the removal is lost, and the SDK's second try finds nothing.
    if (applied)
      world.server.faults.add({ on: 'DeleteInstanceSnapshot', times: 1, answer: { cut: true, applied } })
    const ensured = await ensureSnapshot(world.client({ maxAttempts: 3 }), options)
    expect(ensured).toMatchObject({ outcome: 'retaken', snapshot: { state: 'available' } })
  }
})

test('one in error that cannot be removed is told, and nothing is taken', async () => {
  world.server.addSnapshot({ ...seed, state: 'error' })
  world.server.faults.add({
    on: 'DeleteInstanceSnapshot',
    answer: { error: { status: 400, code: 'AccessDeniedException' } },
  })
  await expect(ensureSnapshot(world.client(), options)).rejects.toMatchObject({
    code: 'ACCESS_DENIED',
    hint: expect.stringContaining('lightsail:DeleteInstanceSnapshot') as string,
  })
  expect(world.called()).not.toContain('CreateInstanceSnapshot')
})

test("another instance's snapshot of that name is never touched, in whatever state", async () => {
  for (const state of ['available', 'pending', 'error'] as const) {
    world.server.state.snapshots.clear()
    world.server.addSnapshot({ name: TODAY, fromInstanceName: 'other', state, pendingPolls: Infinity })
    await expect(ensureSnapshot(world.client(), options)).rejects.toMatchObject({
      code: 'NAME_TAKEN',
      message: expect.stringContaining('a snapshot of other') as string,
    })
  }
  expect(world.server.calls.some((call) => call.writes)).toBe(false)
})

test('a look that fails ends it before anything is taken', async () => {
  world.server.faults.add({ on: 'GetInstanceSnapshot', answer: { cut: true } })
  await expect(ensureSnapshot(world.client(), options)).rejects.toMatchObject({ code: 'UNREACHABLE' })
  expect(world.called()).toEqual(['GetInstanceSnapshot'])
})

test('the time allowed covers the whole of it', async () => {
  world.server.addSnapshot({ ...seed, state: 'pending', pendingPolls: Infinity })
  await expect(ensureSnapshot(world.client(), { ...options, timeoutMs: 100 })).rejects.toMatchObject({
    code: 'SNAPSHOT_TIMEOUT',
  })
  world.server.faults.add({ on: 'GetInstanceSnapshot', answer: { hang: true } })
  await expect(ensureSnapshot(world.client(), { ...options, timeoutMs: 100 })).rejects.toMatchObject({
    code: 'SNAPSHOT_TIMEOUT',
  })
})
