import { ServiceError } from './aws-json-error.ts'
import type { Parameter } from './ssm-parameters.ts'

/** Refuses a PutParameter that the real service refuses: names, sizes, a missing type, an overwrite that was not asked for. */
export function checkNewParameter(request: {
  readonly name: string
  readonly value: string
  readonly type: string | undefined
  readonly overwrite: boolean
  readonly tier: string
  readonly old: Parameter | undefined
}): void {
  const { name, value, type, overwrite, tier, old } = request
  if (name.includes('/') && !name.startsWith('/')) invalid('Parameter name must be a fully qualified name.')
  if (!/^\/?[\w.-]+(\/[\w.-]+)*$/.test(name) || /^\/?(aws|ssm)/i.test(name)) {
    invalid(
      'Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_',
    )
  }
  if (name.split('/').length - 1 > 15) {
    throw new ServiceError('HierarchyLevelLimitExceededException', 'A hierarchy can have at most 15 levels.')
  }
  if (Buffer.byteLength(value) > (tier === 'Standard' ? 4096 : 8192)) {
    invalid(
      `${tier} tier parameters support a maximum parameter value of ${tier === 'Standard' ? 4096 : 8192} characters.`,
    )
  }
  if (old && !overwrite) {
    throw new ServiceError(
      'ParameterAlreadyExists',
      'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
    )
  }
  if (!old && !type) invalid('A parameter type is required when you create a parameter.')
  if (old && type && old.type !== type) {
    throw new ServiceError(
      'HierarchyTypeMismatchException',
      `The parameter is of type ${old.type}: its type cannot be changed.`,
    )
  }
}

function invalid(message: string): never {
  throw new ServiceError('ValidationException', message)
}
