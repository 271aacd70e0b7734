import { operation, type Operation } from './aws-json.ts'
import { lightsailError } from './lightsail-error.ts'
import { operationBody, recordOperation, settleOperations } from './lightsail-operation.ts'
import { page } from './lightsail-page.ts'
import { NAME, TOKEN } from './lightsail-shape.ts'
import { existing, type LightsailState, type SimulatedInstance } from './lightsail-state.ts'

/** The numeric codes of instance states: those of EC2. */
const CODES: Readonly<Record<SimulatedInstance['state'], number>> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
}

/** GetInstance, GetInstances, GetInstanceState and DeleteInstance. */
export function instanceOperations(state: LightsailState): Record<string, Operation> {
  return {
    GetInstance: operation({
      writes: false,
      input: { instanceName: NAME },
      handle: ({ instanceName }) => ({
        instance: body(state, existing(state.instances, 'Instance', instanceName)),
      }),
    }),
    GetInstances: operation({
      writes: false,
      input: { pageToken: TOKEN },
      handle({ pageToken }) {
        const { items, nextPageToken } = page(state, [...state.instances.values()], 'Instances', pageToken)
        return { instances: items.map((instance) => body(state, instance)), nextPageToken }
      },
    }),
    GetInstanceState: operation({
      writes: false,
      input: { instanceName: NAME },
      handle({ instanceName }) {
        const instance = existing(state.instances, 'Instance', instanceName)
        grow(state, instance)
        return { state: stateBody(instance) }
      },
    }),
    DeleteInstance: operation({
      writes: true,
      input: { instanceName: NAME, forceDeleteAddOns: { type: 'boolean' } },
      handle({ instanceName, forceDeleteAddOns = false }) {
        const instance = existing(state.instances, 'Instance', instanceName)
        if (instance.autoSnapshotTime !== undefined && !forceDeleteAddOns) {
          throw lightsailError(
            'OperationFailureException',
            `The instance ${instanceName} has add-ons enabled: disable them, or force their deletion`,
            'AddOnsEnabled',
          )
        }
        // A static IP stays, and costs; automatic snapshots go with the instance, those made by hand stay.
        for (const ip of state.staticIps.values()) {
          if (ip.attachedTo === instanceName) ip.attachedTo = undefined
        }
        state.instances.delete(instanceName)
        const record = recordOperation(state, {
          resourceName: instanceName,
          resourceType: 'Instance',
          operationType: 'DeleteInstance',
          availabilityZone: instance.availabilityZone,
        })
        return { operations: [operationBody(record)] }
      },
    }),
  }
}

/** Refuses to change an instance that is not there to be changed: neither running nor stopped. */
export function changeable(state: LightsailState, name: string): SimulatedInstance {
  const instance = existing(state.instances, 'Instance', name)
  if (instance.state === 'running' || instance.state === 'stopped') return instance
  throw lightsailError(
    'OperationFailureException',
    `The instance ${name} is ${instance.state}: it has to be running or stopped`,
    'InvalidState',
  )
}

// As with snapshots, being looked at is what makes a new instance come up.
function grow(state: LightsailState, instance: SimulatedInstance): void {
  if (instance.state !== 'pending') return
  if (instance.pendingPolls-- > 0) return
  instance.state = 'running'
  settleOperations(
    state,
    (record) =>
      record.operationType === 'CreateInstancesFromSnapshot' && record.resourceName === instance.name,
  )
}

function stateBody(instance: SimulatedInstance): object {
  return { code: CODES[instance.state], name: instance.state }
}

function body(state: LightsailState, instance: SimulatedInstance): object {
  grow(state, instance)
  const staticIp = [...state.staticIps.values()].find((ip) => ip.attachedTo === instance.name)
  return {
    name: instance.name,
    arn: instance.arn,
    supportCode: instance.supportCode,
    createdAt: instance.createdAt,
    location: { availabilityZone: instance.availabilityZone, regionName: state.region },
    resourceType: 'Instance',
    tags: instance.tags,
    blueprintId: instance.blueprintId,
    bundleId: instance.bundleId,
    isStaticIp: staticIp !== undefined,
    publicIpAddress: staticIp?.ipAddress ?? instance.publicIpAddress,
    ipAddressType: 'dualstack',
    hardware: {
      cpuCount: 2,
      disks: [
        { sizeInGb: instance.sizeInGb, isSystemDisk: true, path: '/dev/xvda', attachmentState: 'attached' },
      ],
      ramSizeInGb: 1,
    },
    state: stateBody(instance),
    username: instance.username,
    sshKeyName: instance.keyPairName,
    addOns:
      instance.autoSnapshotTime === undefined
        ? []
        : [{ name: 'AutoSnapshot', status: 'Enabled', snapshotTimeOfDay: instance.autoSnapshotTime }],
  }
}
