import { operation, type Operation } from './aws-json.ts'
import { lightsailError } from './lightsail-error.ts'
import { operationBody, recordOperation } from './lightsail-operation.ts'
import { NAME, TAGS } from './lightsail-shape.ts'
import type { LightsailState } from './lightsail-state.ts'

/** TagResource. A static IP cannot be tagged. */
export function tagOperations(state: LightsailState): Record<string, Operation> {
  return {
    TagResource: operation({
      writes: true,
      input: { resourceName: NAME, resourceArn: { type: 'string' }, tags: { ...TAGS, required: true } },
      handle({ resourceName, resourceArn, tags }) {
        const snapshot = state.snapshots.get(resourceName)
        const resource = snapshot ?? state.instances.get(resourceName)
        if (!resource || (resourceArn !== undefined && resourceArn !== resource.arn)) {
          throw lightsailError(
            'NotFoundException',
            `The resource does not exist: ${resourceName}`,
            'DoesNotExist',
          )
        }
        const replaced = new Set(tags.map((tag) => tag.key))
        resource.tags = [...resource.tags.filter((tag) => !replaced.has(tag.key)), ...tags]
        return {
          operations: [
            operationBody(
              recordOperation(state, {
                resourceName,
                resourceType: snapshot ? 'InstanceSnapshot' : 'Instance',
                operationType: 'TagResource',
              }),
            ),
          ],
        }
      },
    }),
  }
}
