/** An error as it is told to people and machines. */
export interface Told {
  readonly code: string
  readonly message: string
  readonly hint?: string | undefined
  /** What lay behind it, outermost first. */
  readonly causes: readonly string[]
}

const HINTS: Readonly<Record<string, string>> = {
  CredentialsProviderError:
    'Give the run AWS credentials: role-to-assume or the AWS_BACKUP_* secrets in GitHub Actions, a profile or AWS_ACCESS_KEY_ID elsewhere.',
  ExpiredToken:
    'The AWS credentials have expired: sign in again, or raise the role-duration of the workflow.',
  ExpiredTokenException:
    'The AWS credentials have expired: sign in again, or raise the role-duration of the workflow.',
  InvalidAccessKeyId: 'Check AWS_ACCESS_KEY_ID: AWS does not know this access key.',
  SignatureDoesNotMatch: 'Check AWS_SECRET_ACCESS_KEY: it does not belong to this access key.',
  UnrecognizedClientException: 'Check the AWS credentials: AWS does not know this access key.',
}

const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)))

function field(error: Error, name: 'code' | 'hint'): string | undefined {
  const value: unknown = Reflect.get(error, name)
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** What to do about the first error of the chain that is known for one thing. */
function hintOf(error: Error): string | undefined {
  let link: unknown = error
  for (let depth = 0; depth < 5 && link instanceof Error; depth++) {
    const hint = HINTS[link.name]
    if (hint !== undefined) return hint
    link = link.cause
  }
  return undefined
}

/** Turns whatever was thrown into one code, one message, one hint and its causes. */
export function tell(thrown: unknown): Told {
  const error = asError(thrown)
  const code = field(error, 'code') ?? (error.name === 'Error' ? 'UNEXPECTED' : error.name)
  const causes: string[] = []
  let cause = error.cause
  // A chain may lead back to itself.
  for (let depth = 0; cause !== undefined && depth < 5; depth++) {
    const { message, cause: next } = asError(cause)
    cause = next
    if (message !== '' && !error.message.includes(message) && !causes.includes(message)) causes.push(message)
  }
  const hint = field(error, 'hint') ?? hintOf(error)
  return { code, message: error.message, ...(hint === undefined ? {} : { hint }), causes }
}

/** The lines in which an error is printed: `CODE message`, its hint, its causes. */
export function toldLines(told: Told): string[] {
  return [
    `${told.code} ${told.message}`,
    ...(told.hint === undefined ? [] : [`hint: ${told.hint}`]),
    ...told.causes.map((cause) => `cause: ${cause}`),
  ]
}

/** An error as the `--json` documents carry it. */
export interface ErrorDocument {
  readonly code: string
  readonly message: string
  readonly hint: string | null
  /** Each problem of a configuration. */
  readonly problems?: readonly unknown[]
}

export function errorDocument(thrown: unknown): ErrorDocument {
  const { code, message, hint } = tell(thrown)
  const problems: unknown = thrown instanceof Error ? Reflect.get(thrown, 'problems') : undefined
  return {
    code,
    message,
    hint: hint ?? null,
    ...(Array.isArray(problems) && problems.length > 0 && { problems }),
  }
}

/** An error of a document in lines for people. */
export function failureText({ code, message, hint }: ErrorDocument): string {
  return `FAILED ${code} ${message}${hint === null ? '' : `\nhint: ${hint}`}`
}
