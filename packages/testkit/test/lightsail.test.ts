import {
  CreateInstanceSnapshotCommand,
  DeleteInstanceSnapshotCommand,
  GetInstanceCommand,
  GetInstancesCommand,
  GetInstanceSnapshotCommand,
  GetInstanceSnapshotsCommand,
  GetInstanceStateCommand,
  GetOperationCommand,
  GetOperationsCommand,
  GetOperationsForResourceCommand,
  LightsailClient,
  TagResourceCommand,
  type LightsailClientConfig,
} from '@aws-sdk/client-lightsail'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startLightsail, type LightsailServer } from '../src/lightsail.ts'

const keys = { accessKeyId: 'AKIATESTLIGHTSAIL', secretAccessKey: 'a secret of the test' }

let server: LightsailServer
const clients: LightsailClient[] = []
const client = (config: LightsailClientConfig = {}): LightsailClient => {
  const made = new LightsailClient({
    region: 'us-east-1',
    endpoint: server.url,
    credentials: keys,
    maxAttempts: 1,
    ...config,
  })
  clients.push(made)
  return made
}

beforeEach(async () => {
  server = await startLightsail({ credentials: keys })
  server.addInstance({
    name: 'raxx-tickets',
    bundleId: 'micro_3_0',
    tags: [{ key: 'site', value: 'freescout' }],
  })
})
afterEach(async () => {
  for (const made of clients.splice(0)) made.destroy()
  await server.stop()
})

const take = (name: string, instanceName = 'raxx-tickets'): CreateInstanceSnapshotCommand =>
  new CreateInstanceSnapshotCommand({ instanceName, instanceSnapshotName: name })
const list = (config: LightsailClientConfig): Promise<unknown> =>
  client(config).send(new GetInstancesCommand({}))

describe('snapshots', () => {
  test('a new snapshot is pending for as many readings as asked, then available, and its operations end with it', async () => {
    server.behaviour.pendingPolls = 2
    const { operations } = await client().send(
      new CreateInstanceSnapshotCommand({
        instanceName: 'raxx-tickets',
        instanceSnapshotName: 'snap-1',
        tags: [{ key: 'by', value: 'raxx' }],
      }),
    )
    expect(operations?.map((o) => [o.resourceType, o.resourceName, o.operationDetails, o.status])).toEqual([
      ['InstanceSnapshot', 'snap-1', 'raxx-tickets', 'Started'],
      ['Instance', 'raxx-tickets', 'snap-1', 'Started'],
    ])
    const states: (string | undefined)[] = []
    for (let n = 0; n < 3; n++) {
      const { instanceSnapshot } = await client().send(
        new GetInstanceSnapshotCommand({ instanceSnapshotName: 'snap-1' }),
      )
      states.push(instanceSnapshot?.state)
      expect(instanceSnapshot).toMatchObject({
        name: 'snap-1',
        fromInstanceName: 'raxx-tickets',
        fromBundleId: 'micro_3_0',
        sizeInGb: 40,
        isFromAutoSnapshot: false,
        tags: [{ key: 'by', value: 'raxx' }],
      })
      expect(Math.abs((instanceSnapshot?.createdAt?.getTime() ?? 0) - Date.now())).toBeLessThan(60_000)
    }
    expect(states).toEqual(['pending', 'pending', 'available'])
    const { operation } = await client().send(new GetOperationCommand({ operationId: operations?.[0]?.id }))
    expect(operation).toMatchObject({ status: 'Succeeded', isTerminal: true })
    const forInstance = await client().send(
      new GetOperationsForResourceCommand({ resourceName: 'raxx-tickets' }),
    )
    expect(forInstance.operations?.map((o) => o.status)).toEqual(['Succeeded'])
  })

  test('a snapshot can end in error, and be pending for a time or for ever', async () => {
    let now = new Date('2026-11-22T06:17:00Z')
    await using other = await startLightsail({ now: () => now, snapshotLatencyMs: 60_000, pendingPolls: 0 })
    other.addInstance({ name: 'web' })
    const its = client({ endpoint: other.url })
    const create = (name: string): Promise<unknown> =>
      its.send(new CreateInstanceSnapshotCommand({ instanceName: 'web', instanceSnapshotName: name }))
    const look = async (name: string): Promise<string | undefined> =>
      (await its.send(new GetInstanceSnapshotCommand({ instanceSnapshotName: name }))).instanceSnapshot?.state
    other.behaviour.endsAs = 'error'
    await create('bad')
    expect(await look('bad')).toBe('pending')
    other.behaviour.pendingPolls = Infinity
    await create('endless')
    now = new Date('2026-11-22T06:18:00Z')
    expect(await look('bad')).toBe('error')
    expect(await look('endless')).toBe('pending')
    const { operations } = await its.send(new GetOperationsForResourceCommand({ resourceName: 'bad' }))
    expect(operations?.map((o) => o.status)).toEqual(['Failed'])
  })

  test('a listing comes in pages, loses nothing when a snapshot goes in between, and refuses a foreign token', async () => {
    server.state.pageSize = 2
    for (const day of [1, 2, 3, 4, 5]) {
      server.addSnapshot({
        name: `snap-${day}`,
        fromInstanceName: 'gone',
        createdAt: new Date(Date.UTC(2026, 10, day)),
      })
    }
    const first = await client().send(new GetInstanceSnapshotsCommand({}))
    expect(first.instanceSnapshots?.map((s) => s.name)).toEqual(['snap-1', 'snap-2'])
    await client().send(new DeleteInstanceSnapshotCommand({ instanceSnapshotName: 'snap-2' }))
    const second = await client().send(new GetInstanceSnapshotsCommand({ pageToken: first.nextPageToken }))
    expect(second.instanceSnapshots?.map((s) => s.name)).toEqual(['snap-3', 'snap-4'])
    const third = await client().send(new GetInstanceSnapshotsCommand({ pageToken: second.nextPageToken }))
    expect(third.instanceSnapshots?.map((s) => s.name)).toEqual(['snap-5'])
    expect(third.nextPageToken).toBeUndefined()
    for (const call of [
      client().send(new GetInstancesCommand({ pageToken: first.nextPageToken })),
      client().send(new GetInstanceSnapshotsCommand({ pageToken: 'made-up' })),
    ]) {
      await expect(call).rejects.toMatchObject({ name: 'InvalidInputException' })
    }
  })

  test('a deleted snapshot is gone, a pending one cannot be deleted, a missing one is not found', async () => {
    await client().send(take('snap-1'))
    await expect(
      client().send(new DeleteInstanceSnapshotCommand({ instanceSnapshotName: 'snap-1' })),
    ).rejects.toMatchObject({ name: 'OperationFailureException' })
    server.addSnapshot({ name: 'snap-2', fromInstanceName: 'raxx-tickets' })
    const { operations } = await client().send(
      new DeleteInstanceSnapshotCommand({ instanceSnapshotName: 'snap-2' }),
    )
    expect(operations?.[0]).toMatchObject({ operationType: 'DeleteInstanceSnapshot', status: 'Succeeded' })
    expect([...server.state.snapshots.keys()]).toEqual(['snap-1'])
    await expect(
      client().send(new DeleteInstanceSnapshotCommand({ instanceSnapshotName: 'snap-2' })),
    ).rejects.toMatchObject({
      name: 'NotFoundException',
      message: 'The InstanceSnapshot does not exist: snap-2',
    })
  })

  test('names are one namespace for all types of resource', async () => {
    await client().send(take('snap-1'))
    for (const name of ['snap-1', 'raxx-tickets']) {
      await expect(client().send(take(name))).rejects.toMatchObject({
        name: 'InvalidInputException',
        message: `Some names are already in use: ${name}`,
        code: 'NameExists',
      })
    }
    expect(() => server.addInstance({ name: 'snap-1' })).toThrow('already in use')
  })

  test('a missing instance, and one that is neither running nor stopped, has no snapshot taken', async () => {
    await expect(client().send(take('snap-1', 'nobody'))).rejects.toMatchObject({ name: 'NotFoundException' })
    server.addInstance({ name: 'starting', state: 'pending' })
    await expect(client().send(take('snap-1', 'starting'))).rejects.toMatchObject({
      name: 'OperationFailureException',
    })
    expect(server.state.snapshots.size).toBe(0)
  })
})

test('instances are told with their state, address and tags', async () => {
  const { instance } = await client().send(new GetInstanceCommand({ instanceName: 'raxx-tickets' }))
  expect(instance).toMatchObject({
    name: 'raxx-tickets',
    state: { code: 16, name: 'running' },
    publicIpAddress: expect.stringMatching(/^203\.0\.113\.\d+$/) as string,
    location: { availabilityZone: 'us-east-1a', regionName: 'us-east-1' },
    tags: [{ key: 'site', value: 'freescout' }],
  })
  const { instances } = await client().send(new GetInstancesCommand({}))
  expect(instances?.map((i) => i.arn)).toEqual([instance?.arn])
  const { state } = await client().send(new GetInstanceStateCommand({ instanceName: 'raxx-tickets' }))
  expect(state).toEqual({ code: 16, name: 'running' })
})

test('tags are added and replaced by key', async () => {
  await client().send(
    new TagResourceCommand({
      resourceName: 'raxx-tickets',
      tags: [{ key: 'site', value: 'other' }, { key: 'team' }],
    }),
  )
  expect(server.state.instances.get('raxx-tickets')?.tags).toEqual([
    { key: 'site', value: 'other' },
    { key: 'team' },
  ])
  const { operations } = await client().send(new GetOperationsCommand({}))
  expect(operations?.map((o) => o.operationType)).toEqual(['TagResource'])
  await expect(
    client().send(new TagResourceCommand({ resourceName: 'nobody', tags: [] })),
  ).rejects.toMatchObject({ name: 'NotFoundException' })
})

describe('what is refused', () => {
  test('names that break the pattern, missing ones and mistyped ones', async () => {
    for (const instanceSnapshotName of ['a', '-ab', 'a b', 'ab.', 'a'.repeat(256), undefined]) {
      await expect(
        client().send(
          new CreateInstanceSnapshotCommand({ instanceName: 'raxx-tickets', instanceSnapshotName }),
        ),
      ).rejects.toMatchObject({
        name: 'InvalidInputException',
        code: 'InvalidParameter',
        message: expect.stringContaining("at 'instanceSnapshotName'") as string,
        docs: expect.any(String) as string,
        tip: expect.any(String) as string,
      })
    }
    await expect(
      client().send(new GetInstanceCommand({ instanceName: 7 as unknown as string })),
    ).rejects.toMatchObject({ name: 'SerializationException' })
  })

  test('an operation, a path and a content type that it does not know', async () => {
    const post = async (path: string, target: string, type: string): Promise<unknown> => {
      const response = await fetch(server.url + path, {
        method: 'POST',
        body: '{}',
        headers: { 'x-amz-target': target, 'content-type': type },
      })
      return [response.status, Object.values((await response.json()) as object)[0]]
    }
    const json = 'application/x-amz-json-1.1'
    const unknown = [404, 'UnknownOperationException']
    expect(await post('/', 'Lightsail_20161128.GetMoney', json)).toEqual(unknown)
    expect(await post('/', 'GetInstances', json)).toEqual(unknown)
    expect(await post('/x', 'Lightsail_20161128.GetInstances', json)).toEqual(unknown)
    expect(await post('/', 'Lightsail_20161128.GetInstances', 'application/json')).toEqual(unknown)
    expect(await post('/', 'Lightsail_20161128.GetInstances', json)).toEqual([
      400,
      'MissingAuthenticationTokenException',
    ])
    expect(server.calls.map((call) => [call.operation, call.identity, call.status])).toContainEqual([
      'GetInstances',
      '',
      400,
    ])
  })

  test('a member that the operation does not have', async () => {
    const its = client()
    its.middlewareStack.add(
      (next) => (args) => {
        const request = args.request as { body: string; headers: Record<string, string> }
        request.body = '{"pageToken":"x","limit":3}'
        request.headers['content-length'] = String(request.body.length)
        return next(args)
      },
      { step: 'build', priority: 'low' },
    )
    await expect(its.send(new GetInstancesCommand({}))).rejects.toMatchObject({
      name: 'SerializationException',
      message: expect.stringContaining('limit') as string,
    })
  })

  test('an unknown key, a wrong secret, another region', async () => {
    await expect(list({ credentials: { ...keys, accessKeyId: 'AKIANOBODY' } })).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
    })
    await expect(list({ credentials: { ...keys, secretAccessKey: 'wrong' } })).rejects.toMatchObject({
      name: 'InvalidSignatureException',
    })
    await expect(list({ region: 'eu-west-1' })).rejects.toMatchObject({ name: 'InvalidSignatureException' })
    expect(server.calls.map((call) => call.identity)).toEqual([
      'AKIANOBODY',
      keys.accessKeyId,
      keys.accessKeyId,
    ])
  })
})

describe('faults', () => {
  test('an error can come instead of the work, or after it', async () => {
    server.faults.add({
      on: 'CreateInstanceSnapshot',
      times: 1,
      answer: { error: { status: 400, code: 'AccessDeniedException' } },
    })
    await expect(client().send(take('snap-1'))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(
        'not authorized to perform: lightsail:CreateInstanceSnapshot',
      ) as string,
    })
    expect(server.state.snapshots.size).toBe(0)
    server.faults.add({
      on: 'CreateInstanceSnapshot',
      answer: { error: { status: 500, code: 'ServiceException', message: 'oops' }, applied: true },
    })
    await expect(client().send(take('snap-1'))).rejects.toMatchObject({ name: 'ServiceException' })
    expect(server.state.snapshots.size).toBe(1)
    expect(server.calls.map((call) => [call.writes, call.status])).toEqual([
      [true, 400],
      [true, 500],
    ])
  })

  test('a connection can be cut before the work, after it, and within the answer', async () => {
    for (const [n, answer] of [
      { cut: true } as const,
      { cut: true, applied: true } as const,
      { cut: true, afterBytes: 10 } as const,
    ].entries()) {
      const takeOut = server.faults.add({ on: 'CreateInstanceSnapshot', answer })
      await expect(client().send(take(`snap-${n}`))).rejects.toThrow(/./)
      takeOut()
    }
    expect([...server.state.snapshots.keys()]).toEqual(['snap-1', 'snap-2'])
    expect(server.calls.map((call) => call.status)).toEqual([0, 0, 0])
  })

  test('an answer can never come, or late, and the server still stops', async () => {
    const remove = server.faults.add({ on: '*', answer: { hang: true } })
    await expect(
      client().send(new GetInstancesCommand({}), { abortSignal: AbortSignal.timeout(50) }),
    ).rejects.toMatchObject({ name: 'AbortError' })
    remove()
    server.faults.add({ on: '*', answer: { delayMs: 20 } })
    await expect(client().send(new GetInstancesCommand({}))).resolves.toMatchObject({
      instances: [{ name: 'raxx-tickets' }],
    })
    server.faults.clear()
    server.faults.add({ on: '*', answer: { hang: true } })
    const stopped = (async () => {
      while (server.calls.length < 3) await new Promise(setImmediate)
      await server.stop()
    })()
    await expect(client().send(new GetInstancesCommand({}))).rejects.toThrow(/./)
    await stopped
  })

  test('the SDK takes throttling as a reason to try again', async () => {
    server.faults.add({
      on: 'GetInstances',
      times: 2,
      answer: { error: { status: 400, code: 'ThrottlingException' } },
    })
    await client({ maxAttempts: 3 }).send(new GetInstancesCommand({}))
    expect(server.calls.map((call) => call.status)).toEqual([400, 400, 200])
  })
})
