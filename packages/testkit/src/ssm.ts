import type { Credentials } from './aws-json-auth.ts'
import { ServiceError } from './aws-json-error.ts'
import { serveJson, type JsonServer } from './aws-json.ts'
import { parameterOperations } from './ssm-operations.ts'
import { parameterStore, type ParameterStore } from './ssm-parameters.ts'

/** A Parameter Store of one account and region, on a loopback port. */
export interface SsmServer extends JsonServer {
  /** What the store holds: `put` seeds it, `get` looks at it. */
  readonly parameters: ParameterStore
}

/**
 * Starts a Parameter Store that answers as the real one: missing parameters are an error of GetParameter but only listed by
 * GetParameters, and a SecureString that is fetched without decryption is ciphertext. Protocol: awsJson 1.1.
 */
export async function startSsm(
  options: {
    /** @default 'us-east-1' */
    readonly region?: string
    /** The keys that may sign. Without them any well-formed signature for the region is taken. */
    readonly credentials?: Credentials | readonly Credentials[]
    /** The server's clock. @default the system's */
    readonly now?: () => Date
  } = {},
): Promise<SsmServer> {
  const region = options.region ?? 'us-east-1'
  const parameters = parameterStore(options.now ?? (() => new Date()))
  const server = await serveJson(
    {
      targetPrefix: 'AmazonSSM',
      signingName: 'ssm',
      operations: parameterOperations(parameters, region),
      invalid: (message) => new ServiceError('ValidationException', message),
    },
    { region, credentials: options.credentials },
  )
  return { ...server, parameters }
}
