import { S3RetentionError, type S3RetentionErrorCode } from './errors.ts'

interface Asked {
  /** What was being done, as in `cannot list s3://…`. */
  readonly doing: string
  /** The IAM action that it takes, and on what. */
  readonly needs: string
  /** For whatever is not told more exactly. */
  readonly code: S3RetentionErrorCode
  readonly signal: AbortSignal | undefined
}

/** What a failed request to S3 means, as this package's error. An abort stays what the caller gave as its reason. */
export function refusal(error: unknown, asked: Asked): unknown {
  if (asked.signal?.aborted) return asked.signal.reason
  if (error instanceof S3RetentionError) return error
  const { name, message, status } = told(error)
  const said = `cannot ${asked.doing}: ${message === '' || message === name ? name : `${name}: ${message}`}`
  // HeadObject has no body to name the error in, so there only the status tells.
  if (name === 'AccessDenied' || name === 'AccessDeniedException' || (status === 403 && name === '403')) {
    return new S3RetentionError('ACCESS_DENIED', said, { hint: `Allow ${asked.needs}.`, cause: error })
  }
  if (name === 'NoSuchBucket') {
    return new S3RetentionError('NO_SUCH_BUCKET', said, {
      hint: 'Correct the bucket in the configuration; the first run creates one that is missing.',
      cause: error,
    })
  }
  if (name === 'PermanentRedirect' || name === 'AuthorizationHeaderMalformed') {
    return new S3RetentionError(asked.code, said, {
      hint: 'Set the region in the configuration to the one the bucket is in.',
      cause: error,
    })
  }
  return new S3RetentionError(asked.code, said, { cause: error })
}

/** Whether S3 said that there is no such object. */
export function isMissing(error: unknown): boolean {
  const { name } = told(error)
  return name === 'NoSuchKey' || name === 'NotFound'
}

/** An SDK error's own words. */
export function told(error: unknown): { name: string; message: string; status: number | undefined } {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), status: undefined }
  const metadata: unknown = Reflect.get(error, '$metadata')
  const status: unknown =
    typeof metadata === 'object' && metadata ? Reflect.get(metadata, 'httpStatusCode') : 0
  const known = typeof status === 'number' ? status : undefined
  const named =
    error.name === 'Unknown' || error.name === 'UnknownError' ? String(known ?? error.name) : error.name
  return { name: named, message: error.message, status: known }
}
