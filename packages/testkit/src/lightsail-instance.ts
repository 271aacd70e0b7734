import { operation, type Operation } from './aws-json.ts'
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

/** GetInstance, GetInstances and GetInstanceState. */
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
      handle: ({ instanceName }) => ({
        state: stateBody(existing(state.instances, 'Instance', instanceName)),
      }),
    }),
  }
}

function stateBody(instance: SimulatedInstance): object {
  return { code: CODES[instance.state], name: instance.state }
}

function body(state: LightsailState, instance: SimulatedInstance): object {
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
  }
}
