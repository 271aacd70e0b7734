/** What `s3ClientOptions` returns: fits into the configuration of an S3Client. */
export interface S3ClientOptions {
  readonly endpoint?: string
  readonly forcePathStyle: boolean
  readonly maxAttempts: number
  readonly requestHandler: { readonly connectionTimeout: number; readonly socketTimeout: number }
}

/**
 * Settings for an S3Client that cannot hang: the SDK by itself waits for ever. Five seconds for a connection, half a
 * minute of silence on one that is open (a stalled body included, which `requestTimeout` does not cover), six tries.
 * @param endpoint something else than AWS that speaks S3: it is addressed by path
 */
export function s3ClientOptions(endpoint?: string): S3ClientOptions {
  return {
    ...(endpoint !== undefined && { endpoint }),
    forcePathStyle: endpoint !== undefined,
    maxAttempts: 6,
    requestHandler: { connectionTimeout: 5000, socketTimeout: 30_000 },
  }
}
