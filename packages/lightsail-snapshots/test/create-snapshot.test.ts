import type { Fault } from '@raxx/testkit/faults'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createSnapshot, type CreateOptions } from '../src/index.ts'
import { INSTANCE, NOW, now, type TestWorld, testWorld, TODAY } from './world.ts'

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
const denied = { error: { status: 400, code: 'AccessDeniedException' } }
const failed = { error: { status: 500, code: 'ServiceException', message: 'oops' } }
const throttled = { error: { status: 400, code: 'ThrottlingException' } }

test('takes a snapshot with its tags and waits until it is available', async () => {
  world.server.behaviour.pendingPolls = 3
  const waits: string[] = []
  const snapshot = await createSnapshot(world.client(), {
    ...options,
    tags: { site: 'freescout' },
    onWait: (state) => waits.push(state),
  })
  expect(snapshot).toMatchObject({
    name: TODAY,
    state: 'available',
    sound: true,
    tags: { site: 'freescout' },
  })
  expect(waits).toEqual(['pending', 'pending', 'pending'])
  expect(world.called()).toEqual(['CreateInstanceSnapshot', ...Array<string>(4).fill('GetInstanceSnapshot')])
})

test('a snapshot that ends in error is told, with what to look at', async () => {
  world.server.behaviour.endsAs = 'error'
  await expect(createSnapshot(world.client(), options)).rejects.toMatchObject({
    code: 'SNAPSHOT_ERROR',
    message: expect.stringContaining(TODAY) as string,
    hint: expect.stringContaining(`aws lightsail get-instance --instance-name ${INSTANCE}`) as string,
  })
})

test('a snapshot that stays pending is told after the time allowed, and stays at Lightsail', async () => {
  world.server.behaviour.pendingPolls = Infinity
  await expect(createSnapshot(world.client(), { ...options, timeoutMs: 150 })).rejects.toMatchObject({
    code: 'SNAPSHOT_TIMEOUT',
    message: expect.stringContaining('0.15 s') as string,
  })
  expect(world.server.state.snapshots.get(TODAY)?.state).toBe('pending')
})

test('an interrupted wait ends at once, asks nothing more, and leaves the snapshot to the next run', async () => {
  world.server.behaviour.pendingPolls = Infinity
  const interrupt = new AbortController()
  const creating = createSnapshot(world.client(), {
    ...options,
    pollEveryMs: 600_000,
    signal: interrupt.signal,
    onWait: () => setImmediate(() => interrupt.abort()),
  })
  await expect(creating).rejects.toMatchObject({ code: 'ABORTED' })
  expect(world.called()).toEqual(['CreateInstanceSnapshot', 'GetInstanceSnapshot'])
  expect(world.server.state.snapshots.has(TODAY)).toBe(true)
})

describe('CreateInstanceSnapshot', () => {
  test('without the right is told with the action to grant', async () => {
    world.server.faults.add({ on: 'CreateInstanceSnapshot', answer: denied })
    await expect(createSnapshot(world.client(), options)).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
      hint: 'Verify that the IAM user or role of this run has lightsail:CreateInstanceSnapshot.',
    })
    await expect(createSnapshot(world.client(), { ...options, tags: { a: 'b' } })).rejects.toMatchObject({
      hint: expect.stringContaining('lightsail:TagResource') as string,
    })
    expect(world.called()).not.toContain('GetInstanceSnapshot')
  })

  test('of a missing instance is told with the command that looks for it', async () => {
    await expect(createSnapshot(world.client(), { ...options, instance: 'nobody' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      hint: expect.stringContaining('aws lightsail get-instance --instance-name nobody') as string,
    })
  })

  test('of an instance in no state for it, or under an impossible name, is refused', async () => {
    world.server.addInstance({ name: 'starting', state: 'pending' })
    await expect(createSnapshot(world.client(), { ...options, instance: 'starting' })).rejects.toMatchObject({
      code: 'REFUSED',
    })
    await expect(createSnapshot(world.client(), { ...options, name: 'no spaces' })).rejects.toMatchObject({
      code: 'REFUSED',
    })
  })

  test('throttled for a while succeeds, throttled for ever is told', async () => {
    const takeOut = world.server.faults.add({ on: 'CreateInstanceSnapshot', times: 2, answer: throttled })
    await createSnapshot(world.client({ maxAttempts: 3 }), options)
    takeOut()
    world.server.faults.add({ on: 'CreateInstanceSnapshot', answer: throttled })
    await expect(createSnapshot(world.client(), { ...options, name: 'other' })).rejects.toMatchObject({
      code: 'THROTTLED',
    })
  })

  const LOST: readonly (readonly [string, Fault['answer']])[] = [
    ['cut', { cut: true, applied: true }],
    ['cut within the answer', { cut: true, afterBytes: 30 }],
    ['answered 500', { ...failed, applied: true }],
  ]
  test.each(LOST)('that was applied but %s is the success it is', async (_, answer) => {
    world.server.faults.add({ on: 'CreateInstanceSnapshot', times: 1, answer })
    expect(await createSnapshot(world.client(), options)).toMatchObject({ name: TODAY, sound: true })
  })

  test.each(LOST)(
    'that was applied but %s, and tried again by the SDK, is the success it is',
    async (_, answer) => {
      world.server.faults.add({ on: 'CreateInstanceSnapshot', times: 1, answer })
      expect(await createSnapshot(world.client({ maxAttempts: 3 }), options)).toMatchObject({
        name: TODAY,
        sound: true,
      })
      // The second try was refused: the name was taken by the first.
      const creating = world.server.calls.filter((call) => call.operation === 'CreateInstanceSnapshot')
      expect(creating.at(-1)?.status).toBe(400)
      expect(world.server.state.snapshots.size).toBe(1)
    },
  )

  test.each([
    ['cut', { cut: true }, 'UNREACHABLE'],
    ['answered 500', failed, 'SERVICE_FAILED'],
  ] as const)('that was %s and not applied is told', async (_, answer, code) => {
    world.server.faults.add({ on: 'CreateInstanceSnapshot', answer })
    await expect(createSnapshot(world.client(), options)).rejects.toMatchObject({ code })
    expect(world.called()).toEqual(['CreateInstanceSnapshot', 'GetInstanceSnapshot'])
  })

  test('whose fate cannot be looked up is told with its own error', async () => {
    world.server.faults.add({ on: 'CreateInstanceSnapshot', answer: { ...failed, applied: true } })
    world.server.faults.add({ on: 'GetInstanceSnapshot', answer: { cut: true } })
    await expect(createSnapshot(world.client(), options)).rejects.toMatchObject({ code: 'SERVICE_FAILED' })
  })

  test('whose fate is being looked up when it is interrupted ends as interrupted', async () => {
    world.server.faults.add({ on: 'CreateInstanceSnapshot', answer: failed })
    world.server.faults.add({ on: 'GetInstanceSnapshot', answer: { hang: true } })
    const signal = world.interruptAt('GetInstanceSnapshot', 1)
    await expect(createSnapshot(world.client(), { ...options, signal })).rejects.toMatchObject({
      code: 'ABORTED',
    })
  })

  test('whose operation failed at once is told', async () => {
    const client = world.altered((output) => {
      const [operation] = (output['operations'] ?? []) as Record<string, unknown>[]
      if (operation)
        Object.assign(operation, { status: 'Failed', errorCode: 'Quota', errorDetails: 'too many' })
    })
    await expect(createSnapshot(client, options)).rejects.toMatchObject({
      code: 'SNAPSHOT_ERROR',
      message: expect.stringContaining('Quota: too many') as string,
    })
  })

  test('that hangs ends with the signal, or with the time allowed', async () => {
    world.server.faults.add({ on: 'CreateInstanceSnapshot', answer: { hang: true } })
    const signal = world.interruptAt('CreateInstanceSnapshot', 1)
    await expect(createSnapshot(world.client(), { ...options, signal })).rejects.toMatchObject({
      code: 'ABORTED',
    })
    await expect(createSnapshot(world.client(), { ...options, timeoutMs: 50 })).rejects.toMatchObject({
      code: 'SNAPSHOT_TIMEOUT',
    })
  })

  test('under the name of an older snapshot, of another one, or of another resource, tells who has it', async () => {
    world.server.addSnapshot({
      name: 'older',
      fromInstanceName: INSTANCE,
      createdAt: new Date(NOW.getTime() - 6 * 60_000),
    })
    world.server.addSnapshot({ name: 'foreign', fromInstanceName: 'other', createdAt: NOW })
    for (const [name, seen] of [
      ['older', 'a snapshot of raxx-tickets, created 2026-11-22T06:14:00.000Z'],
      ['foreign', 'a snapshot of other'],
      [INSTANCE, 'another resource of the region'],
    ] as const) {
      await expect(createSnapshot(world.client(), { ...options, name })).rejects.toMatchObject({
        code: 'NAME_TAKEN',
        message: expect.stringContaining(seen) as string,
      })
    }
  })
})

describe('GetInstanceSnapshot, while it is waited for', () => {
  test.each([
    ['fails', failed],
    ['is throttled', throttled],
    ['is cut', { cut: true }],
    ['is cut within its answer', { cut: true, afterBytes: 30 }],
  ] as const)('may pass if it %s four times in a row', async (_, answer) => {
    world.server.faults.add({ on: 'GetInstanceSnapshot', times: 4, answer })
    expect((await createSnapshot(world.client(), options)).sound).toBe(true)
  })

  test('may fail again after it had succeeded', async () => {
    world.server.behaviour.pendingPolls = 2
    world.server.faults.add({ on: 'GetInstanceSnapshot', nth: 1, times: 4, answer: failed })
    world.server.faults.add({ on: 'GetInstanceSnapshot', nth: 6, times: 4, answer: failed })
    expect((await createSnapshot(world.client(), options)).sound).toBe(true)
  })

  test.each([
    ['fails', failed, 'SERVICE_FAILED'],
    ['is throttled', throttled, 'THROTTLED'],
    ['is cut', { cut: true }, 'UNREACHABLE'],
  ] as const)('ends it if it %s for good', async (_, answer, code) => {
    world.server.faults.add({ on: 'GetInstanceSnapshot', nth: 2, answer })
    await expect(createSnapshot(world.client(), options)).rejects.toMatchObject({ code })
    expect(world.called()).toHaveLength(7)
  })

  test('that hangs ends with the signal', async () => {
    world.server.faults.add({ on: 'GetInstanceSnapshot', answer: { hang: true } })
    const signal = world.interruptAt('GetInstanceSnapshot', 1)
    await expect(createSnapshot(world.client(), { ...options, signal })).rejects.toMatchObject({
      code: 'ABORTED',
    })
  })

  test('and the list both denied ends it at once, with the action that the list needs', async () => {
    world.server.faults.add({ on: 'GetInstanceSnapshot', answer: denied })
    expect((await createSnapshot(world.client(), options)).sound).toBe(true)
    world.server.faults.add({ on: 'GetInstanceSnapshots', answer: denied })
    await expect(createSnapshot(world.client(), { ...options, name: 'other' })).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
      hint: expect.stringContaining('lightsail:GetInstanceSnapshots') as string,
    })
  })

  test('that does not know the name yet is asked again; one that vanishes later is told', async () => {
    const missing = { error: { status: 400, code: 'NotFoundException', message: 'not yet' } }
    world.server.faults.add({ on: 'GetInstanceSnapshot', times: 2, answer: missing })
    const waits: string[] = []
    await createSnapshot(world.client(), { ...options, onWait: (state) => waits.push(state) })
    expect(waits).toEqual(['pending', 'pending', 'pending'])
    world.server.behaviour.pendingPolls = Infinity
    await expect(
      createSnapshot(world.client(), {
        ...options,
        name: 'other',
        onWait: () => world.server.state.snapshots.delete('other'),
      }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND', message: expect.stringContaining('vanished') as string })
  })
})
