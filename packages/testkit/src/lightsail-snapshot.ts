import { operation, type Operation } from './aws-json.ts'
import { lightsailError } from './lightsail-error.ts'
import { changeable } from './lightsail-instance.ts'
import { operationBody, recordOperation, settleOperations } from './lightsail-operation.ts'
import { page } from './lightsail-page.ts'
import { NAME, TAGS, TOKEN } from './lightsail-shape.ts'
import {
  claimName,
  existing,
  newResource,
  type LightsailState,
  type SimulatedSnapshot,
} from './lightsail-state.ts'

/** GetInstanceSnapshot(s), CreateInstanceSnapshot, DeleteInstanceSnapshot. */
export function snapshotOperations(state: LightsailState): Record<string, Operation> {
  return {
    GetInstanceSnapshot: operation({
      writes: false,
      input: { instanceSnapshotName: NAME },
      handle({ instanceSnapshotName }) {
        const snapshot = existing(state.snapshots, 'InstanceSnapshot', instanceSnapshotName)
        return { instanceSnapshot: read(state, snapshot) }
      },
    }),
    GetInstanceSnapshots: operation({
      writes: false,
      input: { pageToken: TOKEN },
      handle({ pageToken }) {
        const all = [...state.snapshots.values()]
        const { items, nextPageToken } = page(state, all, 'InstanceSnapshots', pageToken)
        return { instanceSnapshots: items.map((snapshot) => read(state, snapshot)), nextPageToken }
      },
    }),
    CreateInstanceSnapshot: operation({
      writes: true,
      input: { instanceSnapshotName: NAME, instanceName: NAME, tags: TAGS },
      handle({ instanceSnapshotName: name, instanceName, tags = [] }) {
        const instance = changeable(state, instanceName)
        claimName(state, name)
        state.snapshots.set(name, {
          ...newResource(state, 'InstanceSnapshot', name),
          state: 'pending',
          pendingPolls: state.behaviour.pendingPolls,
          endsAs: state.behaviour.endsAs,
          fromInstanceName: instanceName,
          fromInstanceArn: instance.arn,
          fromBundleId: instance.bundleId,
          fromBlueprintId: instance.blueprintId,
          sizeInGb: instance.sizeInGb,
          isFromAutoSnapshot: false,
          tags: [...tags],
        })
        const operationType = 'CreateInstanceSnapshot'
        return {
          operations: [
            recordOperation(state, {
              resourceName: name,
              resourceType: 'InstanceSnapshot',
              operationType,
              operationDetails: instanceName,
              status: 'Started',
            }),
            recordOperation(state, {
              resourceName: instanceName,
              resourceType: 'Instance',
              operationType,
              operationDetails: name,
              status: 'Started',
              availabilityZone: instance.availabilityZone,
            }),
          ].map(operationBody),
        }
      },
    }),
    DeleteInstanceSnapshot: operation({
      writes: true,
      input: { instanceSnapshotName: NAME },
      handle({ instanceSnapshotName: name }) {
        const snapshot = existing(state.snapshots, 'InstanceSnapshot', name)
        // Assumed (the console offers no Delete for one in the making): strict, so that nothing here relies on it.
        if (snapshot.state === 'pending') {
          throw lightsailError(
            'OperationFailureException',
            `The snapshot ${name} is pending: it cannot be deleted yet`,
            'InvalidState',
          )
        }
        state.snapshots.delete(name)
        return {
          operations: [
            operationBody(
              recordOperation(state, {
                resourceName: name,
                resourceType: 'InstanceSnapshot',
                operationType: 'DeleteInstanceSnapshot',
              }),
            ),
          ],
        }
      },
    }),
  }
}

// Reading is what makes a simulated snapshot grow up: a test counts readings, where a clock would make it slow or flaky.
function read(state: LightsailState, snapshot: SimulatedSnapshot): object {
  if (snapshot.state === 'pending') {
    const age = state.now().getTime() - snapshot.createdAt.getTime()
    if (snapshot.pendingPolls <= 0 && age >= state.behaviour.snapshotLatencyMs) settle(state, snapshot)
    else snapshot.pendingPolls -= 1
  }
  return {
    name: snapshot.name,
    arn: snapshot.arn,
    supportCode: snapshot.supportCode,
    createdAt: snapshot.createdAt,
    location: { availabilityZone: 'all', regionName: state.region },
    resourceType: 'InstanceSnapshot',
    tags: snapshot.tags,
    state: snapshot.state,
    fromAttachedDisks: [],
    fromInstanceName: snapshot.fromInstanceName,
    fromInstanceArn: snapshot.fromInstanceArn,
    fromBlueprintId: snapshot.fromBlueprintId,
    fromBundleId: snapshot.fromBundleId,
    isFromAutoSnapshot: snapshot.isFromAutoSnapshot,
    sizeInGb: snapshot.sizeInGb,
  }
}

function settle(state: LightsailState, snapshot: SimulatedSnapshot): void {
  snapshot.state = snapshot.endsAs
  const { name, fromInstanceName } = snapshot
  settleOperations(
    state,
    (record) =>
      record.operationType === 'CreateInstanceSnapshot' &&
      (record.resourceName === name ||
        (record.resourceName === fromInstanceName && record.operationDetails === name)),
    snapshot.state === 'error'
      ? { code: 'SnapshotFailed', details: 'The snapshot could not be created' }
      : undefined,
  )
}
