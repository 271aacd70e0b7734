import { ServiceError } from './aws-json-error.ts'
import type { Parameter } from './ssm-parameters.ts'

interface Filter {
  readonly Key: string
  readonly Option?: string
  readonly Values?: readonly string[]
}

/** Whether a parameter passes all filters: `ParameterStringFilter` of the API. */
export function matchesAll(parameter: Parameter, filters: readonly Filter[]): boolean {
  return filters.every((filter) =>
    (filter.Values ?? []).some((value) => matches(parameter, filter.Key, filter.Option, value)),
  )
}

function matches(parameter: Parameter, key: string, option: string | undefined, value: string): boolean {
  if (key === 'Path') {
    const folder = value.endsWith('/') ? value : `${value}/`
    if (!parameter.name.startsWith(folder)) return false
    return option === 'Recursive' || !parameter.name.slice(folder.length).includes('/')
  }
  const actual = { Name: parameter.name, Type: parameter.type, KeyId: parameter.keyId ?? '' }[key] ?? ''
  switch (option ?? 'Equals') {
    case 'Equals':
      return actual === value
    case 'BeginsWith':
      return actual.startsWith(value)
    case 'Contains':
      return actual.includes(value)
    default:
      throw new ServiceError('InvalidFilterOption', `The filter option isn't valid: ${option}`)
  }
}

/** One page of a listing sorted by name; the token is the last name. */
export function pageOf(
  parameters: readonly Parameter[],
  size: number,
  token: string | undefined,
): { readonly items: readonly Parameter[]; readonly next: string | undefined } {
  const last = token === undefined ? undefined : Buffer.from(token, 'base64url').toString()
  if (last?.startsWith('after ') === false)
    throw new ServiceError('InvalidNextToken', 'The specified token is not valid.')
  const rest = last === undefined ? parameters : parameters.filter(({ name }) => `after ${name}` > last)
  const items = rest.slice(0, size)
  const end = items.at(-1)
  return {
    items,
    next:
      end && rest.length > items.length ? Buffer.from(`after ${end.name}`).toString('base64url') : undefined,
  }
}
