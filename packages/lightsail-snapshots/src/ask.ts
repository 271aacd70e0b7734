import { LightsailError, type LightsailErrorCode } from './errors.ts'
import { stopped } from './stopped.ts'

/** What is being asked of Lightsail, for the error that tells that it failed. */
interface Request {
  /** The IAM action that it needs: `lightsail:CreateInstanceSnapshot`. */
  readonly action: string
  /** What is being done, to what: `list the snapshots`. */
  readonly doing: string
  /** What to do about a NOT_FOUND, where the caller knows better than this file. */
  readonly missingHint?: string
  readonly signal: AbortSignal | undefined
}

/** Sends one request; whatever goes wrong becomes a `LightsailError`. Throttling has been retried by the SDK before. */
export async function ask<Answer>(
  request: Request,
  send: (options: { abortSignal?: AbortSignal }) => Promise<Answer>,
): Promise<Answer> {
  const { signal } = request
  if (signal?.aborted) throw stopped(signal, request.doing)
  try {
    return await send(signal ? { abortSignal: signal } : {})
  } catch (error) {
    if (signal?.aborted) throw stopped(signal, request.doing)
    throw translated(error, request)
  }
}

const UNAUTHENTICATED = new Set([
  'UnauthenticatedException',
  'UnrecognizedClientException',
  'InvalidSignatureException',
  'InvalidClientTokenId',
  'IncompleteSignatureException',
  'MissingAuthenticationTokenException',
  'ExpiredTokenException',
  'CredentialsProviderError',
])
const THROTTLED = /^(Throttling|ThrottlingException|TooManyRequestsException|RequestLimitExceeded)$/

function translated(error: unknown, { action, doing, missingHint }: Request): LightsailError {
  const { name, message, status } = seen(error)
  const fail = (code: LightsailErrorCode, hint: string): LightsailError =>
    new LightsailError(code, `could not ${doing}: ${name}: ${message}`, { hint, cause: error })
  if (name === 'AccessDeniedException' || name === 'UnauthorizedOperation') {
    return fail('ACCESS_DENIED', `Verify that the IAM user or role of this run has ${action}.`)
  }
  if (UNAUTHENTICATED.has(name)) {
    return fail(
      'UNAUTHENTICATED',
      'Verify the AWS credentials of this run: AWS could not tell who is asking.',
    )
  }
  if (name === 'NotFoundException') {
    return fail(
      'NOT_FOUND',
      missingHint ?? 'Verify the name and the region: Lightsail has nothing of this name.',
    )
  }
  if (name === 'InvalidInputException' && /already in use/i.test(message)) {
    return fail(
      'NAME_TAKEN',
      'Choose another name: Lightsail has one namespace for all resources of a region.',
    )
  }
  if (THROTTLED.test(name) || status === 429) {
    return fail(
      'THROTTLED',
      'Run again in some minutes: too much is being asked of Lightsail in this account.',
    )
  }
  if (status >= 500) return fail('SERVICE_FAILED', 'Run again; if it stays, look at health.aws.amazon.com.')
  if (status >= 400)
    return fail('REFUSED', 'Read what Lightsail says above, correct the configuration, run again.')
  return fail(
    'UNREACHABLE',
    'Verify that this machine reaches Lightsail in the configured region, then run again.',
  )
}

function seen(error: unknown): { name: string; message: string; status: number } {
  if (!(error instanceof Error)) return { name: 'error', message: String(error), status: 0 }
  const metadata: unknown = Reflect.get(error, '$metadata')
  const status: unknown =
    typeof metadata === 'object' && metadata !== null ? Reflect.get(metadata, 'httpStatusCode') : undefined
  return { name: error.name, message: error.message, status: typeof status === 'number' ? status : 0 }
}
