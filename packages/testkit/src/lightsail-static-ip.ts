import { operation, type Operation } from './aws-json.ts'
import { lightsailError } from './lightsail-error.ts'
import { changeable } from './lightsail-instance.ts'
import { operationBody, recordOperation } from './lightsail-operation.ts'
import { page } from './lightsail-page.ts'
import { NAME, TOKEN } from './lightsail-shape.ts'
import { existing, type LightsailState, newDynamicIp, type SimulatedStaticIp } from './lightsail-state.ts'

/**
 * GetStaticIp(s), AttachStaticIp and DetachStaticIp. Whether the real AttachStaticIp moves an address that is attached
 * elsewhere is not documented: here it is refused, so that nothing relies on it.
 */
export function staticIpOperations(state: LightsailState): Record<string, Operation> {
  const body = (ip: SimulatedStaticIp): object => ({
    name: ip.name,
    arn: ip.arn,
    supportCode: ip.supportCode,
    createdAt: ip.createdAt,
    location: { availabilityZone: 'all', regionName: state.region },
    resourceType: 'StaticIp',
    ipAddress: ip.ipAddress,
    attachedTo: ip.attachedTo,
    isAttached: ip.attachedTo !== undefined,
  })
  const recorded = (operationType: string, staticIp: string, instance: string): object => ({
    operations: [
      recordOperation(state, {
        resourceName: staticIp,
        resourceType: 'StaticIp',
        operationType,
        operationDetails: instance,
      }),
      recordOperation(state, {
        resourceName: instance,
        resourceType: 'Instance',
        operationType,
        operationDetails: staticIp,
      }),
    ].map(operationBody),
  })
  return {
    GetStaticIp: operation({
      writes: false,
      input: { staticIpName: NAME },
      handle: ({ staticIpName }) => ({ staticIp: body(existing(state.staticIps, 'StaticIp', staticIpName)) }),
    }),
    GetStaticIps: operation({
      writes: false,
      input: { pageToken: TOKEN },
      handle({ pageToken }) {
        const { items, nextPageToken } = page(state, [...state.staticIps.values()], 'StaticIps', pageToken)
        return { staticIps: items.map(body), nextPageToken }
      },
    }),
    AttachStaticIp: operation({
      writes: true,
      input: { staticIpName: NAME, instanceName: NAME },
      handle({ staticIpName, instanceName }) {
        const ip = existing(state.staticIps, 'StaticIp', staticIpName)
        changeable(state, instanceName)
        if (ip.attachedTo !== undefined)
          refuse(`${staticIpName} is attached to ${ip.attachedTo}: detach it first`)
        const other = [...state.staticIps.values()].find(({ attachedTo }) => attachedTo === instanceName)
        if (other) refuse(`${instanceName} has the static IP ${other.name} attached already`)
        ip.attachedTo = instanceName
        return recorded('AttachStaticIp', staticIpName, instanceName)
      },
    }),
    DetachStaticIp: operation({
      writes: true,
      input: { staticIpName: NAME },
      handle({ staticIpName }) {
        const ip = existing(state.staticIps, 'StaticIp', staticIpName)
        const from = ip.attachedTo
        if (from === undefined) return refuse(`${staticIpName} is not attached to an instance`)
        ip.attachedTo = undefined
        // Without it the instance gets a new address, not the one that it had before.
        const instance = state.instances.get(from)
        if (instance) instance.publicIpAddress = newDynamicIp(state)
        return recorded('DetachStaticIp', staticIpName, from)
      },
    }),
  }
}

function refuse(message: string): never {
  throw lightsailError('InvalidInputException', message, 'InvalidState')
}
