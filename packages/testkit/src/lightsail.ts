import type { Credentials } from './aws-json-auth.ts'
import { serveJson, type JsonServer } from './aws-json.ts'
import { addOnOperations } from './lightsail-add-on.ts'
import { lightsailDetails, lightsailError } from './lightsail-error.ts'
import { defaultPorts, firewallOperations } from './lightsail-firewall.ts'
import { accessOperations, newHostKeys } from './lightsail-host-key.ts'
import { instanceOperations } from './lightsail-instance.ts'
import { operationOperations } from './lightsail-operation.ts'
import { rebuildOperations } from './lightsail-rebuild.ts'
import { snapshotOperations } from './lightsail-snapshot.ts'
import {
  claimName,
  newDynamicIp,
  newResource,
  type LightsailState,
  type SimulatedInstance,
  type SimulatedSnapshot,
  type SimulatedStaticIp,
  type LightsailBehaviour,
} from './lightsail-state.ts'
import { staticIpOperations } from './lightsail-static-ip.ts'
import { tagOperations } from './lightsail-tag.ts'

/** What a simulated instance may be given; the rest is as the runbook's. */
export type InstanceSeed = Pick<SimulatedInstance, 'name'> & Partial<Omit<SimulatedInstance, 'order'>>

/** What a simulated snapshot may be given. `state` is `available` unless it says otherwise. */
export type SnapshotSeed = Pick<SimulatedSnapshot, 'name' | 'fromInstanceName'> &
  Partial<Omit<SimulatedSnapshot, 'order'>>

/** What a simulated static IP is given; not attached unless it says so. */
export type StaticIpSeed = Pick<SimulatedStaticIp, 'name' | 'ipAddress'> & Partial<SimulatedStaticIp>

/** A Lightsail of one account and region, on a loopback port. */
export interface LightsailServer extends JsonServer {
  /** What the account holds: to look at, and to change behind a client's back. */
  readonly state: LightsailState
  /** How new snapshots and instances behave from now on. */
  readonly behaviour: LightsailBehaviour
  addInstance(seed: InstanceSeed): SimulatedInstance
  /** Adds a snapshot, of an instance that need not exist any more. */
  addSnapshot(seed: SnapshotSeed): SimulatedSnapshot
  addStaticIp(seed: StaticIpSeed): SimulatedStaticIp
}

export interface LightsailOptions extends Partial<LightsailBehaviour> {
  /** @default 'us-east-1' */
  readonly region?: string
  /** The keys that may sign. Without them any well-formed signature for the region is taken. */
  readonly credentials?: Credentials | readonly Credentials[]
  /** Items on one page of a listing. @default 20 */
  readonly pageSize?: number
  /** The server's clock. @default the system's */
  readonly now?: () => Date
}

/**
 * Starts a Lightsail that refuses what the real one would refuse: unknown operations and members, names that break the
 * pattern or are taken by any other resource, unsigned requests. Protocol: awsJson 1.1, API version 2016-11-28.
 */
export async function startLightsail(options: LightsailOptions = {}): Promise<LightsailServer> {
  const state: LightsailState = {
    region: options.region ?? 'us-east-1',
    instances: new Map(),
    snapshots: new Map(),
    staticIps: new Map(),
    operations: [],
    behaviour: {
      pendingPolls: options.pendingPolls ?? 1,
      snapshotLatencyMs: options.snapshotLatencyMs ?? 0,
      endsAs: options.endsAs ?? 'available',
      instancePendingPolls: options.instancePendingPolls ?? 1,
    },
    pageSize: options.pageSize ?? 20,
    now: options.now ?? (() => new Date()),
  }
  const server = await serveJson(
    {
      targetPrefix: 'Lightsail_20161128',
      signingName: 'lightsail',
      operations: {
        ...instanceOperations(state),
        ...snapshotOperations(state),
        ...operationOperations(state),
        ...tagOperations(state),
        ...rebuildOperations(state),
        ...firewallOperations(state),
        ...staticIpOperations(state),
        ...accessOperations(state),
        ...addOnOperations(state),
      },
      invalid: (message) => lightsailError('InvalidInputException', message, 'InvalidParameter'),
      errorDetails: lightsailDetails,
    },
    { region: state.region, credentials: options.credentials },
  )
  return {
    ...server,
    state,
    behaviour: state.behaviour,
    addInstance(seed) {
      claimName(state, seed.name)
      const instance: SimulatedInstance = {
        ...newResource(state, 'Instance', seed.name),
        state: 'running',
        bundleId: 'micro_3_0',
        blueprintId: 'debian_12',
        username: 'admin',
        publicIpAddress: newDynamicIp(state),
        availabilityZone: `${state.region}a`,
        sizeInGb: 40,
        pendingPolls: state.behaviour.instancePendingPolls,
        keyPairName: 'LightsailDefaultKeyPair',
        ports: defaultPorts(seed.blueprintId ?? 'debian_12'),
        hostKeys: newHostKeys(),
        autoSnapshotTime: undefined,
        autoSnapshots: [],
        fromSnapshot: undefined,
        ...seed,
      }
      state.instances.set(seed.name, instance)
      return instance
    },
    addSnapshot(seed) {
      claimName(state, seed.name)
      const from = state.instances.get(seed.fromInstanceName)
      const snapshot: SimulatedSnapshot = {
        ...newResource(state, 'InstanceSnapshot', seed.name),
        state: 'available',
        pendingPolls: state.behaviour.pendingPolls,
        endsAs: state.behaviour.endsAs,
        fromInstanceArn: from?.arn ?? newResource(state, 'Instance', seed.fromInstanceName).arn,
        fromBundleId: from?.bundleId ?? 'micro_3_0',
        fromBlueprintId: from?.blueprintId ?? 'debian_12',
        sizeInGb: from?.sizeInGb ?? 40,
        isFromAutoSnapshot: false,
        ...seed,
      }
      state.snapshots.set(seed.name, snapshot)
      return snapshot
    },
    addStaticIp(seed) {
      claimName(state, seed.name)
      const ip: SimulatedStaticIp = {
        ...newResource(state, 'StaticIp', seed.name),
        attachedTo: undefined,
        ...seed,
      }
      state.staticIps.set(seed.name, ip)
      return ip
    },
  }
}
