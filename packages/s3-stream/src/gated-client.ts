import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { S3Error } from './errors.ts'
import { type ObjectStore, urlOf } from './object-store.ts'
import { orAborted, request, withGrace } from './request.ts'
import type { Tally } from './tally.ts'

/** How long a request that makes something at S3 may still take for its answer once all is to be stopped. */
const GRACE_MS = 1200

/** What went through the gate. */
export interface Gate {
  /** For lib-storage's `Upload`, which calls nothing but `send`. */
  readonly client: S3Client
  readonly uploadId: string | undefined
  /** Milliseconds of performance.now() when an upload was first asked for, where S3 may have made one that nobody knows of. */
  readonly doubtSince: number | undefined
  /** The completing call was sent: whether the object is there, only S3 knows. */
  readonly completing: boolean
}

/**
 * Stands between lib-storage and the client. Every request stops when `failed` is aborted, and a request that fails aborts it,
 * with the first failure as its reason. The call that makes the object visible waits for `beforeComplete`, and tells S3 the whole object's
 * size and checksum, so that S3 itself refuses to complete anything else.
 */
export function gatedClient(
  store: ObjectStore,
  key: string,
  failed: AbortController,
  beforeComplete: () => Promise<Tally>,
  onPart: (bytes: number) => void,
): Gate {
  let uploadId: string | undefined
  let doubtSince: number | undefined
  let completing = false
  const { signal } = failed

  const create = async (command: CreateMultipartUploadCommand) => {
    const started = performance.now()
    try {
      const created = await withGrace(signal, GRACE_MS, (late) =>
        request('CreateMultipartUpload', store, key, late, (how) => store.client.send(command, how)),
      )
      uploadId = created.UploadId
      // A retry may have made a second one.
      if ((created.$metadata.attempts ?? 1) > 1) doubtSince = started
      return created
    } catch (error) {
      doubtSince = started
      throw error
    }
  }
  const part = async (command: UploadPartCommand) => {
    const sent = withGrace(signal, 0, (now) =>
      request('UploadPart', store, key, now, (how) => store.client.send(command, how)),
    )
    const answer = await orAborted(sent, signal)
    if (!answer.ETag)
      throw new S3Error('UPLOAD_FAILED', `S3 answered a part of ${urlOf(store, key)} without an ETag`)
    onPart((command.input.Body as Uint8Array).byteLength)
    return answer
  }
  const complete = async (command: CompleteMultipartUploadCommand | PutObjectCommand) => {
    const { bytes, crc32 } = await orAborted(beforeComplete(), signal)
    signal.throwIfAborted()
    completing = true
    if (command instanceof PutObjectCommand) {
      const put = new PutObjectCommand({ ...command.input, ChecksumCRC32: crc32 })
      const answer = await withGrace(signal, GRACE_MS, (late) =>
        request('PutObject', store, key, late, (how) => store.client.send(put, how)),
      )
      onPart(bytes)
      return answer
    }
    const completion = new CompleteMultipartUploadCommand({
      ...command.input,
      ChecksumCRC32: crc32,
      ChecksumType: 'FULL_OBJECT',
      MpuObjectSize: bytes,
    })
    return await withGrace(signal, GRACE_MS, (late) =>
      request('CompleteMultipartUpload', store, key, late, (how) => store.client.send(completion, how)),
    )
  }
  const send = async (command: unknown): Promise<unknown> => {
    try {
      signal.throwIfAborted()
      if (command instanceof CreateMultipartUploadCommand) return await create(command)
      if (command instanceof UploadPartCommand) return await part(command)
      if (command instanceof PutObjectCommand || command instanceof CompleteMultipartUploadCommand)
        return await complete(command)
      throw new S3Error(
        'UPLOAD_FAILED',
        `lib-storage sent a request for ${urlOf(store, key)} that was not foreseen`,
      )
    } catch (error) {
      failed.abort(error)
      throw error
    }
  }
  return {
    client: { config: store.client.config, send } as unknown as S3Client,
    get uploadId() {
      return uploadId
    },
    get doubtSince() {
      return doubtSince
    },
    get completing() {
      return completing
    },
  }
}
