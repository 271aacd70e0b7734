import { ServiceError } from './aws-json-error.ts'

const DOCS = 'https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/CommonErrors.html'

/** The members that Lightsail adds to the body of an error. */
export function lightsailDetails(code: string): Readonly<Record<string, unknown>> {
  return { code, docs: DOCS, tip: 'Check the input and try again.' }
}

/** An error as Lightsail answers it: its type, and the finer `code` beside it. */
export function lightsailError(type: string, message: string, code: string): ServiceError {
  return new ServiceError(type, message, { details: { ...lightsailDetails(type), code } })
}
