import { operation, type Operation } from './aws-json.ts'
import { AUTO_SNAPSHOT_REQUEST } from './lightsail-add-on.ts'
import { diskOf, fits } from './lightsail-bundle.ts'
import { lightsailError } from './lightsail-error.ts'
import { defaultPorts } from './lightsail-firewall.ts'
import { newHostKeys } from './lightsail-host-key.ts'
import { operationBody, recordOperation } from './lightsail-operation.ts'
import { NAME, TAGS } from './lightsail-shape.ts'
import { claimName, existing, type LightsailState, newDynamicIp, newResource } from './lightsail-state.ts'

/**
 * CreateInstancesFromSnapshot. As with the real one, the new instance has the blueprint's default firewall, a new address, new
 * host keys, and only those tags and add-ons that are passed.
 */
export function rebuildOperations(state: LightsailState): Record<string, Operation> {
  return {
    CreateInstancesFromSnapshot: operation({
      writes: true,
      input: {
        instanceNames: { type: 'list', required: true, min: 1, of: NAME },
        availabilityZone: { type: 'string', required: true },
        bundleId: { type: 'string', required: true, pattern: /\S/ },
        instanceSnapshotName: { ...NAME, required: true },
        userData: { type: 'string' },
        keyPairName: { type: 'string', pattern: NAME.pattern },
        tags: TAGS,
        addOns: { type: 'list', of: AUTO_SNAPSHOT_REQUEST },
        ipAddressType: { type: 'string', oneOf: ['dualstack', 'ipv4', 'ipv6'] },
      },
      handle(input) {
        const {
          instanceNames,
          availabilityZone,
          bundleId,
          instanceSnapshotName,
          addOns = [],
          tags = [],
        } = input
        const snapshot = existing(state.snapshots, 'InstanceSnapshot', instanceSnapshotName)
        if (
          !availabilityZone.startsWith(state.region) ||
          !/^[a-f]$/.test(availabilityZone.slice(state.region.length))
        ) {
          invalid(`The availability zone is not of ${state.region}: ${availabilityZone}`)
        }
        if (snapshot.state !== 'available') invalid(`The snapshot ${snapshot.name} is ${snapshot.state}`)
        const disk = diskOf(bundleId) ?? invalid(`The bundle does not exist: ${bundleId}`)
        if (!fits(bundleId, snapshot.fromBundleId) || disk < snapshot.sizeInGb) {
          invalid(`The bundle ${bundleId} is smaller than the snapshot's: ${snapshot.fromBundleId}`)
        }
        if (new Set(instanceNames).size < instanceNames.length) invalid('A name is given twice')
        for (const name of instanceNames) claimName(state, name)
        const records = instanceNames.map((name) => {
          state.instances.set(name, {
            ...newResource(state, 'Instance', name),
            state: 'pending',
            pendingPolls: state.behaviour.instancePendingPolls,
            bundleId,
            blueprintId: snapshot.fromBlueprintId,
            username: 'admin',
            publicIpAddress: newDynamicIp(state),
            availabilityZone,
            sizeInGb: disk,
            keyPairName: input.keyPairName ?? 'LightsailDefaultKeyPair',
            ports: defaultPorts(snapshot.fromBlueprintId),
            hostKeys: newHostKeys(),
            autoSnapshotTime:
              addOns.at(-1)?.autoSnapshotAddOnRequest?.snapshotTimeOfDay ??
              (addOns.length > 0 ? '06:00' : undefined),
            autoSnapshots: [],
            fromSnapshot: snapshot.name,
            tags: [...tags],
          })
          return recordOperation(state, {
            resourceName: name,
            resourceType: 'Instance',
            operationType: 'CreateInstancesFromSnapshot',
            operationDetails: snapshot.name,
            status: 'Started',
            availabilityZone,
          })
        })
        return { operations: records.map(operationBody) }
      },
    }),
  }
}

function invalid(message: string): never {
  throw lightsailError('InvalidInputException', message, 'InvalidParameter')
}
