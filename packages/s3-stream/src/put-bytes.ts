import { PutObjectCommand } from '@aws-sdk/client-s3'
import { randomUUID } from 'node:crypto'
import { S3Error } from './errors.ts'
import { headObject } from './head-object.ts'
import { encryptionParams, type ObjectStore, RUN_ID, type StoredObject, urlOf } from './object-store.ts'
import { request } from './request.ts'
import { tally } from './tally.ts'
import { isWritten, verifyStored } from './verify-stored.ts'

export interface PutBytesOptions {
  readonly contentType?: string
  /** As in `putStream`. */
  readonly kmsKey?: string
  readonly metadata?: Readonly<Record<string, string>>
  /** Rejects with EXISTS when there is an object of this key already. @default false */
  readonly ifNoneMatch?: boolean
  readonly signal?: AbortSignal | undefined
}

/** Stores a few bytes, such as a manifest, in one request, and reads its size and checksum back. Rejects as `putStream` does. */
export async function putBytes(
  store: ObjectStore,
  key: string,
  bytes: Uint8Array | string,
  options: PutBytesOptions = {},
): Promise<StoredObject> {
  const Body = Buffer.from(bytes)
  const counter = tally()
  counter.add(Body)
  const kms = options.kmsKey !== undefined
  const written = { key, runId: randomUUID(), sent: counter.result(), kms }
  if (Body.length === 0) throw new S3Error('EMPTY_BODY', `there is nothing to store as ${urlOf(store, key)}`)
  const command = new PutObjectCommand({
    Bucket: store.bucket,
    Key: key,
    Body,
    ChecksumCRC32: written.sent.crc32,
    Metadata: { ...options.metadata, [RUN_ID]: written.runId },
    ...(options.contentType !== undefined && { ContentType: options.contentType }),
    ...(options.ifNoneMatch === true && { IfNoneMatch: '*' }),
    ...encryptionParams(options.kmsKey),
  })
  try {
    await request('PutObject', store, key, options.signal, (how) => store.client.send(command, how))
  } catch (error) {
    // The SDK's second try after an answer that was lost meets our own object, or fails as well.
    if (error instanceof S3Error && error.code === 'ABORTED') throw error
    const there = await headObject(store, key, { signal: options.signal }).catch(() => undefined)
    if (isWritten(there, written)) return await verifyStored(store, written, options.signal)
    if (error instanceof S3Error && error.code === 'EXISTS')
      throw new S3Error('EXISTS', `there is a ${urlOf(store, key)} already`, { cause: error.cause })
    throw error
  }
  return await verifyStored(store, written, options.signal)
}
