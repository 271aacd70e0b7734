import type { Shape } from './aws-json-shape.ts'
import { operation, type Operation } from './aws-json.ts'
import { lightsailError } from './lightsail-error.ts'
import { operationBody, recordOperation } from './lightsail-operation.ts'
import { NAME } from './lightsail-shape.ts'
import { existing, type LightsailState } from './lightsail-state.ts'

const TYPE: { readonly type: 'string'; readonly required: true; readonly oneOf: readonly string[] } = {
  type: 'string',
  required: true,
  oneOf: ['AutoSnapshot'],
}

/** How an add-on is asked for. Times are full hours of UTC. */
export const AUTO_SNAPSHOT_REQUEST: {
  readonly type: 'structure'
  readonly fields: {
    readonly addOnType: typeof TYPE
    readonly autoSnapshotAddOnRequest: {
      readonly type: 'structure'
      readonly fields: { readonly snapshotTimeOfDay: { readonly type: 'string'; readonly pattern: RegExp } }
    }
  } & Shape
} = {
  type: 'structure',
  fields: {
    addOnType: TYPE,
    autoSnapshotAddOnRequest: {
      type: 'structure',
      fields: { snapshotTimeOfDay: { type: 'string', pattern: /^(0[0-9]|1[0-9]|2[0-3]):00$/ } },
    },
  },
}

/** EnableAddOn, DisableAddOn and GetAutoSnapshots: the automatic snapshots, which are not `InstanceSnapshot`s. */
export function addOnOperations(state: LightsailState): Record<string, Operation> {
  const recorded = (operationType: string, resourceName: string): object => ({
    operations: [
      operationBody(recordOperation(state, { resourceName, resourceType: 'Instance', operationType })),
    ],
  })
  return {
    EnableAddOn: operation({
      writes: true,
      input: { resourceName: NAME, addOnRequest: { ...AUTO_SNAPSHOT_REQUEST, required: true } },
      handle({ resourceName, addOnRequest }) {
        const instance = existing(state.instances, 'Instance', resourceName)
        instance.autoSnapshotTime = addOnRequest.autoSnapshotAddOnRequest?.snapshotTimeOfDay ?? '06:00'
        return recorded('EnableAddOn', resourceName)
      },
    }),
    DisableAddOn: operation({
      writes: true,
      input: { resourceName: NAME, addOnType: TYPE },
      handle({ resourceName }) {
        const instance = existing(state.instances, 'Instance', resourceName)
        if (instance.autoSnapshotTime === undefined) {
          throw lightsailError(
            'InvalidInputException',
            `The add-on is not enabled: ${resourceName}`,
            'InvalidState',
          )
        }
        instance.autoSnapshotTime = undefined
        return recorded('DisableAddOn', resourceName)
      },
    }),
    GetAutoSnapshots: operation({
      writes: false,
      input: { resourceName: NAME },
      handle({ resourceName }) {
        const { autoSnapshots } = existing(state.instances, 'Instance', resourceName)
        return {
          resourceName,
          resourceType: 'Instance',
          autoSnapshots: autoSnapshots.map((date) => ({
            date,
            createdAt: new Date(`${date}T06:00:00Z`),
            status: 'Success',
            fromAttachedDisks: [],
          })),
        }
      },
    }),
  }
}
