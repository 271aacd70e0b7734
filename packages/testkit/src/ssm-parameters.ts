/** The types of a parameter. */
export type ParameterType = 'String' | 'StringList' | 'SecureString'

/** One version of a parameter. */
export interface Parameter {
  readonly name: string
  readonly value: string
  readonly type: ParameterType
  readonly version: number
  readonly modifiedAt: Date
  readonly description: string | undefined
  readonly keyId: string | undefined
}

/** What a Parameter Store holds. */
export interface ParameterStore {
  /** Adds a parameter, or a new version of one. @param type @default 'SecureString' */
  put(
    name: string,
    value: string,
    type?: ParameterType,
    more?: { readonly description?: string | undefined; readonly keyId?: string | undefined },
  ): Parameter
  /** The parameter's newest version, or an older one. */
  get(name: string, version?: number): Parameter | undefined
  has(name: string): boolean
  delete(name: string): boolean
  /** The newest versions of all, sorted by name. */
  all(): readonly Parameter[]
}

export function parameterStore(now: () => Date): ParameterStore {
  const histories = new Map<string, Parameter[]>()
  return {
    put(name, value, type = 'SecureString', more = {}) {
      const history = histories.get(name) ?? []
      const parameter: Parameter = {
        name,
        value,
        type,
        version: history.length + 1,
        modifiedAt: now(),
        description: more.description ?? history.at(-1)?.description,
        keyId: type === 'SecureString' ? (more.keyId ?? 'alias/aws/ssm') : undefined,
      }
      histories.set(name, [...history, parameter])
      return parameter
    },
    get: (name, version) => histories.get(name)?.at(version === undefined ? -1 : version - 1),
    has: (name) => histories.has(name),
    delete: (name) => histories.delete(name),
    all: () =>
      [...histories.values()]
        .flatMap((history) => history.slice(-1))
        .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  }
}
