import { randomUUID } from 'node:crypto'
import { lightsailError } from './lightsail-error.ts'
import type { OperationRecord } from './lightsail-operation.ts'

/** A tag as Lightsail keeps it. */
export interface Tag {
  readonly key: string
  readonly value?: string
}

/** What every resource has. */
interface Resource {
  readonly name: string
  readonly arn: string
  readonly supportCode: string
  readonly createdAt: Date
  /** Grows with every resource: the order of a listing. */
  readonly order: number
  tags: Tag[]
}

/** A rule of an instance's firewall: what is not listed is closed. */
export interface PortRule {
  readonly fromPort: number
  readonly toPort: number
  readonly protocol: string
  readonly cidrs: readonly string[]
  readonly ipv6Cidrs: readonly string[]
  readonly cidrListAliases: readonly string[]
}

/** An SSH host key as Lightsail has seen it on the instance's console. */
export interface HostKey {
  readonly algorithm: string
  /** Base64 of the wire format, without the algorithm's name before it. */
  readonly publicKey: string
}

export interface SimulatedInstance extends Resource {
  state: 'pending' | 'running' | 'stopping' | 'stopped' | 'shutting-down' | 'terminated'
  /** How many more readings find it pending. */
  pendingPolls: number
  bundleId: string
  blueprintId: string
  username: string
  /** The address that it has while no static IP is attached. */
  publicIpAddress: string
  availabilityZone: string
  /** Size of the system disk. */
  sizeInGb: number
  keyPairName: string
  ports: readonly PortRule[]
  hostKeys: readonly HostKey[]
  /** The time of day of automatic snapshots; undefined where that add-on is off. */
  autoSnapshotTime: string | undefined
  /** Days of automatic snapshots. They go with the instance. */
  autoSnapshots: readonly string[]
  /** The snapshot that it was made from. */
  fromSnapshot: string | undefined
}

export interface SimulatedSnapshot extends Resource {
  state: 'pending' | 'available' | 'error'
  /** How many more readings find it pending; Infinity: for ever. */
  pendingPolls: number
  /** What it becomes once it is no longer pending. */
  endsAs: 'available' | 'error'
  readonly fromInstanceName: string
  readonly fromInstanceArn: string
  readonly fromBundleId: string
  readonly fromBlueprintId: string
  readonly sizeInGb: number
  readonly isFromAutoSnapshot: boolean
}

export interface SimulatedStaticIp extends Resource {
  readonly ipAddress: string
  attachedTo: string | undefined
}

/** How new snapshots and instances behave; change it at any time. */
export interface LightsailBehaviour {
  /** How many readings (GetInstanceSnapshot or GetInstanceSnapshots) find a new snapshot pending. @default 1 */
  pendingPolls: number
  /** How long a new snapshot is pending at least. @default 0 */
  snapshotLatencyMs: number
  /** What a new snapshot becomes. @default 'available' */
  endsAs: 'available' | 'error'
  /** How many readings (GetInstance, GetInstances, GetInstanceState) find a new instance pending. @default 1 */
  instancePendingPolls: number
}

/** What the simulated account holds. */
export interface LightsailState {
  readonly region: string
  readonly instances: Map<string, SimulatedInstance>
  readonly snapshots: Map<string, SimulatedSnapshot>
  readonly staticIps: Map<string, SimulatedStaticIp>
  readonly operations: OperationRecord[]
  readonly behaviour: LightsailBehaviour
  pageSize: number
  readonly now: () => Date
}

let order = 0
let addresses = 0

/** The members that every new resource gets. Its ARN ends in a UUID: IAM policies cannot name resources by name. */
export function newResource(state: LightsailState, type: string, name: string, createdAt?: Date): Resource {
  return {
    name,
    arn: `arn:aws:lightsail:${state.region}:111122223333:${type}/${randomUUID()}`,
    supportCode: `111122223333/${type.toLowerCase()}-${randomUUID().slice(0, 8)}`,
    createdAt: createdAt ?? state.now(),
    order: ++order,
    tags: [],
  }
}

/** An address that no resource of the account has: from the ranges that RFC 5737 keeps for examples. */
export function newDynamicIp(state: LightsailState): string {
  const taken = new Set([
    ...[...state.instances.values()].map((instance) => instance.publicIpAddress),
    ...[...state.staticIps.values()].map((ip) => ip.ipAddress),
  ])
  for (let tries = 0; tries < 250; tries++) {
    addresses = (addresses % 250) + 1
    const address = `203.0.113.${addresses}`
    if (!taken.has(address)) return address
  }
  throw new Error('the simulated account has 250 addresses, and all are taken')
}

/** Refuses a name that any resource of the region has: Lightsail has one namespace for all types. */
export function claimName(state: LightsailState, name: string): void {
  if (state.instances.has(name) || state.snapshots.has(name) || state.staticIps.has(name)) {
    throw lightsailError('InvalidInputException', `Some names are already in use: ${name}`, 'NameExists')
  }
}

/** A resource of a given name, or the refusal that Lightsail has for a missing one. */
export function existing<R>(resources: ReadonlyMap<string, R>, type: string, name: string): R {
  const resource = resources.get(name)
  if (!resource)
    throw lightsailError('NotFoundException', `The ${type} does not exist: ${name}`, 'DoesNotExist')
  return resource
}
