import { createHash } from 'node:crypto'
import {
  AttachStaticIpCommand,
  CreateInstancesFromSnapshotCommand,
  type CreateInstancesFromSnapshotCommandInput,
  DeleteInstanceCommand,
  DetachStaticIpCommand,
  DisableAddOnCommand,
  EnableAddOnCommand,
  GetAutoSnapshotsCommand,
  GetInstanceAccessDetailsCommand,
  GetInstanceCommand,
  GetInstancePortStatesCommand,
  GetOperationCommand,
  GetStaticIpCommand,
  GetStaticIpsCommand,
  type Instance,
  type InstanceAccessDetails,
  LightsailClient,
  type PortInfo,
  PutInstancePublicPortsCommand,
  type StaticIp,
} from '@aws-sdk/client-lightsail'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type LightsailServer, startLightsail } from '../src/lightsail.ts'

let server: LightsailServer
let client: LightsailClient
beforeEach(async () => {
  server = await startLightsail()
  client = new LightsailClient({
    region: 'us-east-1',
    endpoint: server.url,
    credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'a secret of the test' },
    maxAttempts: 1,
  })
  server.addInstance({
    name: 'raxx-tickets',
    tags: [{ key: 'site', value: 'freescout' }],
    autoSnapshotTime: '06:00',
    autoSnapshots: ['2026-11-21', '2026-11-22'],
    ports: [
      {
        fromPort: 443,
        toPort: 443,
        protocol: 'tcp',
        cidrs: ['0.0.0.0/0'],
        ipv6Cidrs: [],
        cidrListAliases: [],
      },
    ],
  })
  server.addStaticIp({ name: 'raxx-tickets-ip', ipAddress: '54.146.13.200', attachedTo: 'raxx-tickets' })
  server.addSnapshot({ name: 'snap-1', fromInstanceName: 'raxx-tickets' })
})
afterEach(async () => {
  client.destroy()
  await server.stop()
})

const rebuild = (
  input: Partial<CreateInstancesFromSnapshotCommandInput> = {},
): Promise<{ operations?: { id?: string | undefined; status?: string | undefined }[] | undefined }> =>
  client.send(
    new CreateInstancesFromSnapshotCommand({
      instanceNames: ['raxx-tickets-restored'],
      availabilityZone: 'us-east-1a',
      bundleId: 'micro_3_0',
      instanceSnapshotName: 'snap-1',
      ...input,
    }),
  )
const instanceOf = async (instanceName: string): Promise<Instance | undefined> =>
  (await client.send(new GetInstanceCommand({ instanceName }))).instance
const running = async (instanceName: string): Promise<Instance | undefined> => {
  await instanceOf(instanceName)
  return await instanceOf(instanceName)
}
const staticIp = async (): Promise<StaticIp | undefined> =>
  (await client.send(new GetStaticIpCommand({ staticIpName: 'raxx-tickets-ip' }))).staticIp
const portsOf = async (instanceName: string): Promise<unknown> =>
  (await client.send(new GetInstancePortStatesCommand({ instanceName }))).portStates?.map(
    ({ fromPort, toPort, protocol, state, cidrs }) => [fromPort, toPort, protocol, state, cidrs?.join()],
  )
const put = (portInfos: PortInfo[]): Promise<unknown> =>
  client.send(new PutInstancePublicPortsCommand({ instanceName: 'raxx-tickets', portInfos }))

const deleteInstance = (forceDeleteAddOns?: boolean): Promise<unknown> =>
  client.send(new DeleteInstanceCommand({ instanceName: 'raxx-tickets', forceDeleteAddOns }))
const automatic = (): Promise<unknown> =>
  client
    .send(new GetAutoSnapshotsCommand({ resourceName: 'raxx-tickets' }))
    .then((answer) => answer.autoSnapshots?.map(({ date }) => date))
const details = async (instanceName: string): Promise<InstanceAccessDetails | undefined> =>
  (await client.send(new GetInstanceAccessDetailsCommand({ instanceName, protocol: 'ssh' }))).accessDetails

test('an instance from a snapshot comes up after a while, without the tags, add-ons and firewall of its source', async () => {
  const { operations } = await rebuild()
  expect(operations?.map(({ status }) => status)).toEqual(['Started'])
  expect((await instanceOf('raxx-tickets-restored'))?.state).toEqual({ code: 0, name: 'pending' })
  const up = await instanceOf('raxx-tickets-restored')
  expect(up).toMatchObject({
    state: { code: 16, name: 'running' },
    tags: [],
    addOns: [],
    bundleId: 'micro_3_0',
  })
  expect(up?.publicIpAddress).not.toBe('54.146.13.200')
  const { operation } = await client.send(new GetOperationCommand({ operationId: operations?.[0]?.id }))
  expect(operation?.status).toBe('Succeeded')
  expect(await portsOf('raxx-tickets-restored')).toEqual([
    [22, 22, 'tcp', 'open', '0.0.0.0/0'],
    [80, 80, 'tcp', 'open', '0.0.0.0/0'],
  ])
})

test('tags and add-ons that are passed are there; an application blueprint opens 443 too', async () => {
  server.addSnapshot({ name: 'of-lamp', fromInstanceName: 'shop', fromBlueprintId: 'lamp_8_bitnami' })
  await rebuild({
    instanceNames: ['one', 'two'],
    instanceSnapshotName: 'of-lamp',
    bundleId: 'small_3_0',
    tags: [{ key: 'site', value: 'shop' }],
    addOns: [{ addOnType: 'AutoSnapshot', autoSnapshotAddOnRequest: { snapshotTimeOfDay: '04:00' } }],
  })
  expect(await running('two')).toMatchObject({
    tags: [{ key: 'site', value: 'shop' }],
    addOns: [{ name: 'AutoSnapshot', status: 'Enabled', snapshotTimeOfDay: '04:00' }],
  })
  expect(await portsOf('one')).toHaveLength(3)
})

test('what the real one refuses to build is refused, and nothing is built', async () => {
  server.addSnapshot({ name: 'making', fromInstanceName: 'raxx-tickets', state: 'pending' })
  for (const [input, message] of [
    [{ bundleId: 'nano_3_0' }, 'smaller'],
    [{ bundleId: 'huge_3_0' }, 'does not exist'],
    [{ availabilityZone: 'us-west-2a' }, 'availability zone'],
    [{ availabilityZone: 'us-east-1' }, 'availability zone'],
    [{ instanceSnapshotName: 'making' }, 'is pending'],
    [{ instanceNames: ['raxx-tickets'] }, 'already in use'],
    [{ instanceNames: ['raxx-tickets-ip'] }, 'already in use'],
    [{ instanceNames: ['new', 'new'] }, 'twice'],
    [{ instanceNames: [] }, 'length'],
    [{ bundleId: undefined }, 'bundleId'],
  ] as const) {
    await expect(rebuild(input as Partial<CreateInstancesFromSnapshotCommandInput>)).rejects.toMatchObject({
      name: 'InvalidInputException',
      message: expect.stringContaining(message) as string,
    })
  }
  await expect(rebuild({ instanceSnapshotName: 'nothing' })).rejects.toMatchObject({
    name: 'NotFoundException',
  })
  expect([...server.state.instances.keys()]).toEqual(['raxx-tickets'])
})

test('a firewall that is put closes everything that it does not list', async () => {
  await put([
    {
      fromPort: 22,
      toPort: 22,
      protocol: 'tcp',
      cidrs: ['192.0.2.0/24'],
      cidrListAliases: ['lightsail-connect'],
    },
    { fromPort: 80, toPort: 80, protocol: 'tcp' },
  ])
  expect(await portsOf('raxx-tickets')).toEqual([
    [22, 22, 'tcp', 'open', '192.0.2.0/24'],
    [80, 80, 'tcp', 'open', '0.0.0.0/0'],
  ])
  for (const wrong of [
    { fromPort: 80, toPort: 22, protocol: 'tcp' },
    { fromPort: 22, protocol: 'tcp' },
    { fromPort: 22, toPort: 70_000, protocol: 'tcp' },
    { fromPort: 22, toPort: 22, protocol: 'ssh' },
    { fromPort: 22, toPort: 22, protocol: 'tcp', cidrs: ['10.0.0.0/33'] },
    { fromPort: 22, toPort: 22, protocol: 'tcp', ipv6Cidrs: ['10.0.0.0/8'] },
    { fromPort: 22, toPort: 22, protocol: 'tcp', cidrListAliases: ['everyone'] },
  ]) {
    await expect(put([wrong as PortInfo])).rejects.toMatchObject({ name: 'InvalidInputException' })
  }
  expect(await portsOf('raxx-tickets')).toHaveLength(2)
})

test('a static IP moves by detaching and attaching; the old instance gets a new address', async () => {
  const before = server.state.instances.get('raxx-tickets')?.publicIpAddress
  await rebuild()
  const attach = (): Promise<unknown> =>
    client.send(
      new AttachStaticIpCommand({ staticIpName: 'raxx-tickets-ip', instanceName: 'raxx-tickets-restored' }),
    )
  const detach = (): Promise<unknown> =>
    client.send(new DetachStaticIpCommand({ staticIpName: 'raxx-tickets-ip' }))
  await expect(attach()).rejects.toMatchObject({ name: 'OperationFailureException' })
  await running('raxx-tickets-restored')
  await expect(attach()).rejects.toMatchObject({
    message: expect.stringContaining('detach it first') as string,
  })
  expect(await staticIp()).toMatchObject({
    isAttached: true,
    attachedTo: 'raxx-tickets',
    ipAddress: '54.146.13.200',
  })
  await detach()
  expect(await staticIp()).toMatchObject({ isAttached: false })
  await expect(detach()).rejects.toMatchObject({ name: 'InvalidInputException' })
  const old = await instanceOf('raxx-tickets')
  expect(old?.isStaticIp).toBe(false)
  expect([before, '54.146.13.200']).not.toContain(old?.publicIpAddress)
  await attach()
  expect(await instanceOf('raxx-tickets-restored')).toMatchObject({
    isStaticIp: true,
    publicIpAddress: '54.146.13.200',
  })
  server.addStaticIp({ name: 'second', ipAddress: '54.146.13.201' })
  await expect(
    client.send(new AttachStaticIpCommand({ staticIpName: 'second', instanceName: 'raxx-tickets-restored' })),
  ).rejects.toMatchObject({ message: expect.stringContaining('has the static IP raxx-tickets-ip') as string })
  const { staticIps } = await client.send(new GetStaticIpsCommand({}))
  expect(staticIps?.map(({ name, attachedTo }) => [name, attachedTo])).toEqual([
    ['raxx-tickets-ip', 'raxx-tickets-restored'],
    ['second', undefined],
  ])
})

test('an instance with add-ons is deleted only by force; its automatic snapshots go, its static IP and snapshots stay', async () => {
  expect(await automatic()).toEqual(['2026-11-21', '2026-11-22'])
  await expect(deleteInstance()).rejects.toMatchObject({ name: 'OperationFailureException' })
  await deleteInstance(true)
  await expect(automatic()).rejects.toMatchObject({ name: 'NotFoundException' })
  expect(await staticIp()).toMatchObject({ isAttached: false })
  expect([...server.state.snapshots.keys()]).toEqual(['snap-1'])
})

test('add-ons are enabled at a full hour, and disabled', async () => {
  const enable = (snapshotTimeOfDay: string): Promise<unknown> =>
    client.send(
      new EnableAddOnCommand({
        resourceName: 'raxx-tickets',
        addOnRequest: { addOnType: 'AutoSnapshot', autoSnapshotAddOnRequest: { snapshotTimeOfDay } },
      }),
    )
  await enable('23:00')
  expect((await instanceOf('raxx-tickets'))?.addOns?.[0]?.snapshotTimeOfDay).toBe('23:00')
  await expect(enable('06:30')).rejects.toMatchObject({ name: 'InvalidInputException' })
  const disable = new DisableAddOnCommand({ resourceName: 'raxx-tickets', addOnType: 'AutoSnapshot' })
  await client.send(disable)
  await expect(client.send(disable)).rejects.toMatchObject({ name: 'InvalidInputException' })
  await client.send(new DeleteInstanceCommand({ instanceName: 'raxx-tickets' }))
})

test('the host keys of a new instance are its own, and told once it has come up', async () => {
  await rebuild()
  expect((await details('raxx-tickets-restored'))?.hostKeys).toEqual([])
  await running('raxx-tickets-restored')
  const [old, made] = [await details('raxx-tickets'), await details('raxx-tickets-restored')]
  expect(old).toMatchObject({ username: 'admin', ipAddress: '54.146.13.200', protocol: 'ssh' })
  const key = made?.hostKeys?.[0]
  expect(key?.fingerprintSHA256).not.toBe(old?.hostKeys?.[0]?.fingerprintSHA256)
  const wire = Buffer.from(key?.publicKey ?? '', 'base64')
  expect(wire.toString('latin1', 4, 15)).toBe('ssh-ed25519')
  expect(key?.fingerprintSHA256).toBe(
    `SHA256:${createHash('sha256').update(wire).digest('base64').replace(/=+$/, '')}`,
  )
})
