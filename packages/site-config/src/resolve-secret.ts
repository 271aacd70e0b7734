import { ConfigError } from './errors.ts'
import type { SecretRef } from './secret-ref.ts'

/** Where secrets are read from; the caller brings each. */
export interface SecretSources {
  /** Reads a parameter, decrypted. Rejects with the AWS SDK's own error; undefined counts as not found. */
  readonly getParameter?: (name: string) => Promise<string | undefined>
  readonly env: Readonly<Record<string, string | undefined>>
  readonly readFile: (path: string) => Promise<string>
}

/**
 * Reads the secret that a reference names.
 *
 * Line breaks at the end of a one-line value are dropped, since files and pasted parameters have them and passwords do not.
 * A PEM key keeps its lines, with `\n` between and one at the end. Any other value of several lines is untouched.
 *
 * Rejects with `SECRET_MISSING` (no such variable or file, or it is empty), `SECRET_UNREADABLE`, `PARAMETER_NOT_FOUND`,
 * `PARAMETER_DENIED` or `PARAMETER_UNREADABLE`; none of them holds the value.
 */
export async function resolveSecret(ref: SecretRef, sources: SecretSources): Promise<string> {
  const value = tidy(await read(ref, sources))
  if (value.trim() !== '') return value
  throw new ConfigError('SECRET_MISSING', `${String(ref)} is empty`, {
    hint: `Put the secret into ${place(ref)}.`,
  })
}

function read(ref: SecretRef, sources: SecretSources): Promise<string> {
  if (ref.kind === 'ssm') return readParameter(ref, sources.getParameter)
  return ref.kind === 'file' ? readSecretFile(ref, sources.readFile) : readVariable(ref, sources.env)
}

async function readVariable(ref: SecretRef, env: SecretSources['env']): Promise<string> {
  const value = env[ref.name]
  if (value !== undefined) return value
  throw new ConfigError('SECRET_MISSING', `the environment variable ${ref.name} is not set`, {
    hint: `Export ${ref.name}; in GitHub Actions, add it to the job's \`env:\` from a secret.`,
  })
}

async function readSecretFile(ref: SecretRef, readFile: SecretSources['readFile']): Promise<string> {
  try {
    return await readFile(ref.name)
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT'
    throw new ConfigError(
      missing ? 'SECRET_MISSING' : 'SECRET_UNREADABLE',
      missing
        ? `the file ${ref.name} does not exist`
        : `the file ${ref.name} cannot be read: ${reason(cause)}`,
      {
        hint: missing ? `Put the secret into ${place(ref)}.` : `Make ${ref.name} readable to this user.`,
        cause,
      },
    )
  }
}

async function readParameter(ref: SecretRef, getParameter: SecretSources['getParameter']): Promise<string> {
  if (!getParameter) throw new ConfigError('PARAMETER_UNREADABLE', `nothing here can read ${String(ref)}`)
  let value: string | undefined
  try {
    value = await getParameter(ref.name)
  } catch (cause) {
    throw parameterError(ref, cause)
  }
  if (value === undefined) throw notFound(ref, undefined)
  return value
}

function parameterError(ref: SecretRef, cause: unknown): ConfigError {
  const name = cause instanceof Error ? cause.name : ''
  const said = reason(cause)
  if (name === 'ParameterNotFound' || name === 'ParameterVersionNotFound') return notFound(ref, cause)
  if (/AccessDenied/.test(name)) {
    const kms = /kms|ciphertext|decrypt/i.test(said)
    return new ConfigError('PARAMETER_DENIED', `AWS refused to read the SSM parameter ${ref.name}: ${said}`, {
      hint: kms
        ? `Allow kms:Decrypt on the key that encrypts ${ref.name}.`
        : `Allow ssm:GetParameter on arn:aws:ssm:REGION:ACCOUNT:parameter/${ref.name.replace(/^\//, '')}.`,
      cause,
    })
  }
  const credentials = /Credential|Token|UnrecognizedClient|InvalidSignature|SignatureDoesNotMatch/.test(name)
  return new ConfigError(
    'PARAMETER_UNREADABLE',
    `the SSM parameter ${ref.name} could not be read: ${name}: ${said}`,
    {
      hint: credentials
        ? 'Check the AWS credentials: the role or keys of this job are missing, expired or wrong.'
        : 'Try again; if it fails again, check the network and the state of AWS Systems Manager in this region.',
      cause,
    },
  )
}

function notFound(ref: SecretRef, cause: unknown): ConfigError {
  return new ConfigError(
    'PARAMETER_NOT_FOUND',
    `ParameterNotFound: the SSM parameter ${ref.name} does not exist in this region and account`,
    { hint: `Put the secret into ${place(ref)}.`, cause },
  )
}

function place(ref: SecretRef): string {
  if (ref.kind === 'file') return `the file ${ref.name}`
  if (ref.kind === 'env') return `the environment variable ${ref.name}`
  const put = `aws ssm put-parameter --type SecureString --name ${ref.name} --value file://FILE`
  return `SSM: ${put}`
}

function tidy(value: string): string {
  const bare = value.replace(/[\r\n]+$/, '')
  if (bare.startsWith('-----BEGIN ')) return `${bare.replaceAll('\r\n', '\n')}\n`
  return /[\r\n]/.test(bare) ? value : bare
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
