import { createHash } from 'node:crypto'
import { ServiceError } from './aws-json-error.ts'
import { operation, type Operation } from './aws-json.ts'
import { checkNewParameter } from './ssm-check.ts'
import { matchesAll, pageOf } from './ssm-find.ts'
import type { Parameter, ParameterStore, ParameterType } from './ssm-parameters.ts'

const NAME = { type: 'string', required: true, min: 1, max: 2048 } as const
const FILTERS = {
  type: 'list',
  of: {
    type: 'structure',
    fields: {
      Key: { type: 'string', required: true, min: 1, max: 132, pattern: /^(Name|Type|KeyId|Path)$/ },
      Option: { type: 'string', min: 1, max: 10 },
      Values: { type: 'list', min: 1, max: 50, of: { type: 'string', min: 1, max: 1024 } },
    },
  },
} as const

/** GetParameter, GetParameters, GetParametersByPath, DescribeParameters, PutParameter, DeleteParameter. */
export function parameterOperations(store: ParameterStore, region: string): Record<string, Operation> {
  const body = (parameter: Parameter, decrypted: boolean, selector?: string): object => ({
    Name: parameter.name,
    Type: parameter.type,
    Value: parameter.type === 'SecureString' && !decrypted ? ciphertext(parameter) : parameter.value,
    Version: parameter.version,
    Selector: selector,
    LastModifiedDate: parameter.modifiedAt,
    ARN: `arn:aws:ssm:${region}:111122223333:parameter/${parameter.name.replace(/^\//, '')}`,
    DataType: 'text',
  })
  // A name may carry a version: `/path/name:3`.
  const find = (asked: string): { name: string; selector?: string; parameter: Parameter | undefined } => {
    const [, name = asked, version] = /^(.*?)(?::(\d+))?$/s.exec(asked) ?? []
    return version === undefined
      ? { name, parameter: store.get(name) }
      : { name, selector: `:${version}`, parameter: store.get(name, Number(version)) }
  }
  return {
    GetParameter: operation({
      writes: false,
      input: { Name: NAME, WithDecryption: { type: 'boolean' } },
      handle({ Name, WithDecryption = false }) {
        const { name, selector, parameter } = find(Name)
        // The real service sends no message with it: all that a client sees is the code.
        if (!parameter) {
          throw new ServiceError(store.has(name) ? 'ParameterVersionNotFound' : 'ParameterNotFound')
        }
        return { Parameter: body(parameter, WithDecryption, selector) }
      },
    }),
    GetParameters: operation({
      writes: false,
      input: {
        Names: { type: 'list', required: true, min: 1, max: 10, of: NAME },
        WithDecryption: { type: 'boolean' },
      },
      handle({ Names, WithDecryption = false }) {
        if (new Set(Names).size < Names.length) {
          throw new ServiceError('ValidationException', 'Duplicate names found in the request')
        }
        const found = Names.map((asked) => ({ asked, ...find(asked) }))
        return {
          Parameters: found.flatMap(({ parameter, selector }) =>
            parameter ? [body(parameter, WithDecryption, selector)] : [],
          ),
          InvalidParameters: found.flatMap(({ asked, parameter }) => (parameter ? [] : [asked])),
        }
      },
    }),
    GetParametersByPath: operation({
      writes: false,
      input: {
        Path: { ...NAME, pattern: /^\// },
        Recursive: { type: 'boolean' },
        WithDecryption: { type: 'boolean' },
        MaxResults: { type: 'integer', min: 1, max: 10 },
        NextToken: { type: 'string' },
      },
      handle({ Path, Recursive = false, WithDecryption = false, MaxResults = 10, NextToken }) {
        const filter = { Key: 'Path', Option: Recursive ? 'Recursive' : 'OneLevel', Values: [Path] }
        const matching = store.all().filter((parameter) => matchesAll(parameter, [filter]))
        const page = pageOf(matching, MaxResults, NextToken)
        return {
          Parameters: page.items.map((parameter) => body(parameter, WithDecryption)),
          NextToken: page.next,
        }
      },
    }),
    DescribeParameters: operation({
      writes: false,
      input: {
        ParameterFilters: FILTERS,
        MaxResults: { type: 'integer', min: 1, max: 50 },
        NextToken: { type: 'string' },
      },
      handle({ ParameterFilters = [], MaxResults = 10, NextToken }) {
        const matching = store.all().filter((parameter) => matchesAll(parameter, ParameterFilters))
        const page = pageOf(matching, MaxResults, NextToken)
        return {
          Parameters: page.items.map((parameter) => ({
            Name: parameter.name,
            Type: parameter.type,
            KeyId: parameter.keyId,
            LastModifiedDate: parameter.modifiedAt,
            Description: parameter.description,
            Version: parameter.version,
            Tier: 'Standard',
            DataType: 'text',
          })),
          NextToken: page.next,
        }
      },
    }),
    PutParameter: operation({
      writes: true,
      secret: ['Value'],
      input: {
        Name: NAME,
        Value: { type: 'string', required: true, min: 1 },
        Type: { type: 'string', oneOf: ['String', 'StringList', 'SecureString'] },
        Description: { type: 'string', max: 1024 },
        KeyId: { type: 'string', min: 1, max: 256, pattern: /^[a-zA-Z0-9:/_-]+$/ },
        Overwrite: { type: 'boolean' },
        Tier: { type: 'string', oneOf: ['Standard', 'Advanced', 'Intelligent-Tiering'] },
        DataType: { type: 'string', oneOf: ['text'] },
      },
      handle({ Name, Value, Type, Description, KeyId, Overwrite = false, Tier = 'Standard' }) {
        const old = store.get(Name)
        checkNewParameter({ name: Name, value: Value, type: Type, overwrite: Overwrite, tier: Tier, old })
        const type = (Type ?? old?.type ?? 'String') as ParameterType
        const { version } = store.put(Name, Value, type, { description: Description, keyId: KeyId })
        return { Version: version, Tier }
      },
    }),
    DeleteParameter: operation({
      writes: true,
      input: { Name: NAME },
      handle({ Name }) {
        if (!store.delete(Name)) throw new ServiceError('ParameterNotFound')
        return {}
      },
    }),
  }
}

// Looks like KMS output, tells nothing of the value, and differs with it.
function ciphertext({ name, value, version }: Parameter): string {
  const digest = createHash('sha512').update(`${name} ${version} ${value}`).digest('base64')
  return `AQICAHg${digest.replace(/=+$/, '')}`
}
