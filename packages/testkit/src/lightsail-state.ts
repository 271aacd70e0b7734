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

export interface SimulatedInstance extends Resource {
  state: 'pending' | 'running' | 'stopping' | 'stopped' | 'shutting-down' | 'terminated'
  bundleId: string
  blueprintId: string
  username: string
  publicIpAddress: string
  availabilityZone: string
  /** Size of the system disk. */
  sizeInGb: number
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

/** How new snapshots behave; change it at any time. */
export interface SnapshotBehaviour {
  /** How many readings (GetInstanceSnapshot or GetInstanceSnapshots) find a new snapshot pending. @default 1 */
  pendingPolls: number
  /** How long a new snapshot is pending at least. @default 0 */
  snapshotLatencyMs: number
  /** What a new snapshot becomes. @default 'available' */
  endsAs: 'available' | 'error'
}

/** What the simulated account holds. */
export interface LightsailState {
  readonly region: string
  readonly instances: Map<string, SimulatedInstance>
  readonly snapshots: Map<string, SimulatedSnapshot>
  readonly staticIps: Map<string, SimulatedStaticIp>
  readonly operations: OperationRecord[]
  readonly behaviour: SnapshotBehaviour
  pageSize: number
  readonly now: () => Date
}

let order = 0

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
