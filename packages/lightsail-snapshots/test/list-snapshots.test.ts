import { afterEach, beforeEach, expect, test } from 'vitest'
import { findSnapshot, listSnapshots } from '../src/index.ts'
import { INSTANCE, PREFIX, type TestWorld, testWorld } from './world.ts'

let world: TestWorld
beforeEach(async () => {
  world = await testWorld({ pageSize: 2 })
})
afterEach(() => world[Symbol.asyncDispose]())

const seed = (count: number): void => {
  for (let day = 1; day <= count; day++) {
    world.server.addSnapshot({
      name: `${PREFIX}2026-11-0${day}`,
      fromInstanceName: INSTANCE,
      createdAt: new Date(Date.UTC(2026, 10, day, 6, 20)),
      tags: [{ key: 'by', value: 'raxx' }],
    })
  }
}

test('lists all pages, newest first, only of the instance', async () => {
  world.server.addSnapshot({ name: 'of-another', fromInstanceName: 'other' })
  seed(5)
  const listed = await listSnapshots(world.client(), { instance: INSTANCE })
  expect(listed.map(({ name }) => name)).toEqual([5, 4, 3, 2, 1].map((day) => `${PREFIX}2026-11-0${day}`))
  expect(listed[0]).toMatchObject({
    id: `${PREFIX}2026-11-05`,
    at: new Date('2026-11-05T06:20:00Z'),
    createdAt: new Date('2026-11-05T06:20:00Z'),
    state: 'available',
    sound: true,
    fromInstanceName: INSTANCE,
    fromBundleId: 'micro_3_0',
    fromBlueprintId: 'debian_12',
    sizeInGb: 40,
    tags: { by: 'raxx' },
  })
  expect(world.called()).toHaveLength(3)
  expect(await listSnapshots(world.client())).toHaveLength(6)
})

test('one in the making is held and not sound, one in error is not sound', async () => {
  world.server.addSnapshot({
    name: 'making',
    fromInstanceName: INSTANCE,
    state: 'pending',
    pendingPolls: Infinity,
  })
  world.server.addSnapshot({ name: 'failed', fromInstanceName: INSTANCE, state: 'error' })
  const listed = await listSnapshots(world.client(), { instance: INSTANCE })
  expect(Object.fromEntries(listed.map(({ name, sound, held }) => [name, { sound, held }]))).toEqual({
    making: { sound: false, held: 'still being made' },
    failed: { sound: false, held: undefined },
  })
})

test('an account without snapshots has an empty list', async () => {
  expect(await listSnapshots(world.client())).toEqual([])
})

test.each([
  ['is denied', { error: { status: 400, code: 'AccessDeniedException' } }, 'ACCESS_DENIED'],
  ['fails', { error: { status: 500, code: 'ServiceException' } }, 'SERVICE_FAILED'],
  ['is throttled', { error: { status: 400, code: 'ThrottlingException' } }, 'THROTTLED'],
  ['is cut', { cut: true }, 'UNREACHABLE'],
  ['is cut within its answer', { cut: true, afterBytes: 40 }, 'UNREACHABLE'],
] as const)('a listing whose second page %s is no list', async (_, answer, code) => {
  seed(5)
  world.server.faults.add({ on: 'GetInstanceSnapshots', nth: 2, answer })
  await expect(listSnapshots(world.client())).rejects.toMatchObject({ name: 'LightsailError', code })
})

test('a page that is throttled for a while is asked for again by the SDK', async () => {
  seed(5)
  const answer = { error: { status: 400, code: 'ThrottlingException' } }
  world.server.faults.add({ on: 'GetInstanceSnapshots', nth: 2, times: 2, answer })
  expect(await listSnapshots(world.client({ maxAttempts: 3 }))).toHaveLength(5)
})

const drop = (page: Record<string, unknown>, member: string): void => {
  const [first] = page['instanceSnapshots'] as Record<string, unknown>[]
  delete first?.[member]
}
let firstToken: unknown
const ALTERED: readonly (readonly [string, (page: Record<string, unknown>) => void])[] = [
  ['a token that comes back', (page) => (page['nextPageToken'] = firstToken ??= page['nextPageToken'])],
  ['a page without its list', (page) => delete page['instanceSnapshots']],
  ['an entry without a date', (page) => drop(page, 'createdAt')],
  ['an entry without a name', (page) => drop(page, 'name')],
  ['an entry without a state', (page) => drop(page, 'state')],
  ['an entry without its instance', (page) => drop(page, 'fromInstanceName')],
]

test.each(ALTERED)('%s makes the listing incomplete', async (_, alter) => {
  seed(5)
  const client = world.altered(alter)
  await expect(listSnapshots(client)).rejects.toMatchObject({ code: 'LISTING_INCOMPLETE' })
  expect(world.called().length).toBeLessThan(4)
})

test('an empty token ends the list as a missing one does', async () => {
  seed(2)
  expect(await listSnapshots(world.altered((page) => (page['nextPageToken'] = '')))).toHaveLength(2)
})

test('a listing that hangs ends with its signal', async () => {
  world.server.faults.add({ on: '*', answer: { hang: true } })
  const signal = world.interruptAt('GetInstanceSnapshots', 1, new Error('Ctrl-C'))
  await expect(listSnapshots(world.client(), { signal })).rejects.toMatchObject({
    code: 'ABORTED',
    cause: new Error('Ctrl-C'),
  })
})

test('an aborted signal asks for nothing', async () => {
  await expect(listSnapshots(world.client(), { signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'ABORTED',
  })
  expect(world.called()).toEqual([])
})

test('a server that is gone is unreachable, and a denial names the action to grant', async () => {
  world.server.faults.add({ on: '*', answer: { error: { status: 400, code: 'AccessDeniedException' } } })
  await expect(listSnapshots(world.client())).rejects.toMatchObject({
    code: 'ACCESS_DENIED',
    hint: 'Verify that the IAM user or role of this run has lightsail:GetInstanceSnapshots.',
  })
  const client = world.client()
  await world.server.stop()
  await expect(listSnapshots(client)).rejects.toMatchObject({ code: 'UNREACHABLE' })
})

test('wrong or missing credentials are told as such', async () => {
  for (const code of ['UnrecognizedClientException', 'ExpiredTokenException', 'InvalidSignatureException']) {
    const takeOut = world.server.faults.add({
      on: '*',
      answer: { error: { status: 400, code, message: 'no' } },
    })
    await expect(listSnapshots(world.client())).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    takeOut()
  }
  const none = world.client({
    credentials: async () => {
      throw Object.assign(new Error('Could not load credentials'), { name: 'CredentialsProviderError' })
    },
  })
  await expect(listSnapshots(none)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
})

test('one snapshot is found by its name, of whatever instance, or not', async () => {
  world.server.addSnapshot({ name: 'of-another', fromInstanceName: 'other' })
  expect(await findSnapshot(world.client(), 'of-another')).toMatchObject({ fromInstanceName: 'other' })
  expect(await findSnapshot(world.client(), 'nothing')).toBeUndefined()
  expect(world.called()).toEqual(['GetInstanceSnapshot', 'GetInstanceSnapshot'])
})

test('where only the list is granted, a snapshot is found in the list', async () => {
  seed(5)
  world.server.faults.add({
    on: 'GetInstanceSnapshot',
    answer: { error: { status: 400, code: 'AccessDeniedException' } },
  })
  expect((await findSnapshot(world.client(), `${PREFIX}2026-11-04`))?.name).toBe(`${PREFIX}2026-11-04`)
  expect(await findSnapshot(world.client(), 'nothing')).toBeUndefined()
})
