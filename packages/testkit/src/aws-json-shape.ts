/** What one member of a request must be. The limits are those of the service's published model. */
export type Field =
  | {
      readonly type: 'string'
      readonly required?: true
      readonly pattern?: RegExp
      readonly min?: number
      readonly max?: number
      readonly oneOf?: readonly string[]
    }
  | { readonly type: 'boolean'; readonly required?: true }
  | { readonly type: 'integer'; readonly required?: true; readonly min?: number; readonly max?: number }
  | {
      readonly type: 'list'
      readonly required?: true
      readonly of: Field
      readonly min?: number
      readonly max?: number
    }
  | { readonly type: 'structure'; readonly required?: true; readonly fields: Shape }

/** A request's members by name. */
export type Shape = { readonly [name: string]: Field }

type ValueOf<F extends Field> = F extends { type: 'string' }
  ? string
  : F extends { type: 'boolean' }
    ? boolean
    : F extends { type: 'integer' }
      ? number
      : F extends { type: 'list'; of: infer Of extends Field }
        ? readonly ValueOf<Of>[]
        : F extends { type: 'structure'; fields: infer Fields extends Shape }
          ? InputOf<Fields>
          : never

/** The validated request of a shape. */
export type InputOf<S extends Shape> = {
  readonly [K in keyof S as S[K] extends { required: true } ? K : never]: ValueOf<S[K]>
} & { readonly [K in keyof S as S[K] extends { required: true } ? never : K]?: ValueOf<S[K]> }

/** What is wrong with a request: `types` as the parser finds it, `constraints` as the validation does. */
export interface Misfits {
  readonly types: readonly string[]
  readonly constraints: readonly string[]
}

/** Holds a request against its shape. A member that the shape does not know is a misfit too: nothing is silently ignored. */
export function misfits(shape: Shape, input: Readonly<Record<string, unknown>>): Misfits {
  const found = { types: [] as string[], constraints: [] as string[] }
  checkMembers(shape, input, '', found)
  return found
}

interface Found {
  readonly types: string[]
  readonly constraints: string[]
}

function checkMembers(
  shape: Shape,
  input: Readonly<Record<string, unknown>>,
  path: string,
  found: Found,
): void {
  for (const name of Object.keys(input)) {
    if (!Object.hasOwn(shape, name)) found.types.push(`${path}${name}: this server does not know the member`)
  }
  for (const [name, field] of Object.entries(shape)) {
    const value = input[name] ?? undefined
    if (value !== undefined) checkValue(field, value, path + name, found)
    else if (field.required) {
      found.constraints.push(
        `Value null at '${path + name}' failed to satisfy constraint: Member must not be null`,
      )
    }
  }
}

function checkValue(field: Field, value: unknown, path: string, found: Found): void {
  const mistyped = (): void => void found.types.push(`${path}: expected ${field.type}`)
  const unfit = (rule: string): void =>
    void found.constraints.push(
      `Value '${String(value)}' at '${path}' failed to satisfy constraint: Member must ${rule}`,
    )
  const checkSize = (size: number, what: string, limits: { min?: number; max?: number }): void => {
    if (limits.min !== undefined && size < limits.min)
      unfit(`have ${what} greater than or equal to ${limits.min}`)
    if (limits.max !== undefined && size > limits.max)
      unfit(`have ${what} less than or equal to ${limits.max}`)
  }
  switch (field.type) {
    case 'string':
      if (typeof value !== 'string') return mistyped()
      if (field.oneOf && !field.oneOf.includes(value))
        unfit(`satisfy enum value set: [${field.oneOf.join(', ')}]`)
      if (field.pattern && !field.pattern.test(value))
        unfit(`satisfy regular expression pattern: ${field.pattern.source}`)
      return checkSize(value.length, 'length', field)
    case 'boolean':
      return typeof value === 'boolean' ? undefined : mistyped()
    case 'integer':
      if (!Number.isInteger(value)) return mistyped()
      return checkSize(Number(value), 'value', field)
    case 'list':
      if (!Array.isArray(value)) return mistyped()
      checkSize(value.length, 'length', field)
      return value.forEach((item, index) =>
        checkValue(field.of, item as unknown, `${path}.${index + 1}.member`, found),
      )
    case 'structure':
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return mistyped()
      return checkMembers(field.fields, value as Record<string, unknown>, `${path}.`, found)
  }
}
