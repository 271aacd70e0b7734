import { randomUUID } from 'node:crypto'
import { operation, type Operation } from './aws-json.ts'
import { lightsailError } from './lightsail-error.ts'
import { page } from './lightsail-page.ts'
import { NAME, TOKEN } from './lightsail-shape.ts'
import type { LightsailState } from './lightsail-state.ts'

/** What Lightsail remembers of a change that was asked for. */
export interface OperationRecord {
  readonly id: string
  readonly resourceName: string
  readonly resourceType: 'Instance' | 'InstanceSnapshot' | 'StaticIp'
  readonly createdAt: Date
  readonly location: { readonly availabilityZone: string; readonly regionName: string }
  isTerminal: boolean
  readonly operationDetails: string
  readonly operationType: string
  status: 'NotStarted' | 'Started' | 'Failed' | 'Completed' | 'Succeeded'
  statusChangedAt: Date
  errorCode?: string
  errorDetails?: string
  readonly order: number
}

/** Writes a change into the log of operations, which the answer repeats. */
export function recordOperation(
  state: LightsailState,
  what: Pick<OperationRecord, 'resourceName' | 'resourceType' | 'operationType'> & {
    readonly operationDetails?: string
    readonly status?: 'Started' | 'Succeeded'
    readonly availabilityZone?: string
  },
): OperationRecord {
  const { status = 'Succeeded', operationDetails = '', availabilityZone = 'all' } = what
  const record: OperationRecord = {
    id: randomUUID(),
    resourceName: what.resourceName,
    resourceType: what.resourceType,
    operationType: what.operationType,
    operationDetails,
    createdAt: state.now(),
    location: { availabilityZone, regionName: state.region },
    isTerminal: status !== 'Started',
    status,
    statusChangedAt: state.now(),
    order: state.operations.length + 1,
  }
  state.operations.push(record)
  return record
}

/** Ends operations that had been started. */
export function settleOperations(
  state: LightsailState,
  matches: (record: OperationRecord) => boolean,
  error?: { readonly code: string; readonly details: string },
): void {
  for (const record of state.operations) {
    if (record.isTerminal || !matches(record)) continue
    record.isTerminal = true
    record.status = error ? 'Failed' : 'Succeeded'
    record.statusChangedAt = state.now()
    if (error) Object.assign(record, { errorCode: error.code, errorDetails: error.details })
  }
}

/** A record as it goes over the wire. */
export function operationBody(record: OperationRecord): object {
  return { ...record, order: undefined }
}

/** GetOperation, GetOperations and GetOperationsForResource. */
export function operationOperations(state: LightsailState): Record<string, Operation> {
  const newestFirst = (): OperationRecord[] => state.operations.toReversed()
  return {
    GetOperation: operation({
      writes: false,
      input: { operationId: { type: 'string', required: true, pattern: /\S/ } },
      handle({ operationId }) {
        const found = state.operations.find((record) => record.id === operationId)
        if (!found) {
          throw lightsailError(
            'NotFoundException',
            `The Operation does not exist: ${operationId}`,
            'DoesNotExist',
          )
        }
        return { operation: operationBody(found) }
      },
    }),
    GetOperations: operation({
      writes: false,
      input: { pageToken: TOKEN },
      handle({ pageToken }) {
        const { items, nextPageToken } = page(state, newestFirst(), 'Operations', pageToken, 'descending')
        return { operations: items.map(operationBody), nextPageToken }
      },
    }),
    GetOperationsForResource: operation({
      writes: false,
      input: { resourceName: NAME, pageToken: TOKEN },
      handle({ resourceName, pageToken }) {
        const its = newestFirst().filter((record) => record.resourceName === resourceName)
        const { items, nextPageToken } = page(
          state,
          its,
          `OperationsFor ${resourceName}`,
          pageToken,
          'descending',
        )
        return { operations: items.map(operationBody), nextPageToken }
      },
    }),
  }
}
