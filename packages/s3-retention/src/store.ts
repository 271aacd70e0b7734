import type { S3Client } from '@aws-sdk/client-s3'

/** Where one site's dated backups are. */
export interface BackupStore {
  readonly client: S3Client
  readonly bucket: string
  /** Put before every name as it stands, so it normally ends in a slash: `db-backups/freescout/`. */
  readonly prefix: string
}

/** A place as an operator writes it: `s3://bucket/key`. */
export function s3Url(store: BackupStore, key: string = store.prefix): string {
  return `s3://${store.bucket}/${key}`
}
