import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import type { Call, FaultScript, Misbehaviour } from '../faults.ts'
import { blobStore } from './blobs.ts'
import { Refusal } from './errors.ts'
import type { Answer, World } from './exchange.ts'
import { HANDLERS } from './handlers.ts'
import { bodyInput, inputOf } from './input.ts'
import { operationOf, type Operation } from './operation.ts'
import { receive } from './payload.ts'
import { signerOf, verifySignature } from './signature.ts'
import { readXml, writeXml, type XmlElement } from './xml.ts'

/** What decides who is let in, and what goes wrong. */
export interface Door {
  readonly secrets: Readonly<Record<string, string>>
  readonly anyKey: boolean
  readonly calls: Call[]
  readonly faults: FaultScript
}

const WITH_XML: readonly Operation[] = [
  'CreateBucket',
  'PutBucketEncryption',
  'PutPublicAccessBlock',
  'PutBucketLifecycleConfiguration',
  'DeleteObjects',
  'CompleteMultipartUpload',
]
/** S3 takes these only with a Content-MD5 or a checksum. */
const WITH_CHECKSUM: readonly Operation[] = [
  'PutBucketEncryption',
  'PutPublicAccessBlock',
  'PutBucketLifecycleConfiguration',
  'DeleteObjects',
]

async function documentOf(operation: Operation, incoming: IncomingMessage): Promise<XmlElement | undefined> {
  if (!WITH_XML.includes(operation)) return undefined
  const checked = Object.keys(incoming.headers).some((name) => /^content-md5$|^x-amz-checksum-/.test(name))
  if (WITH_CHECKSUM.includes(operation) && !checked && incoming.headers['x-amz-trailer'] === undefined)
    throw new Refusal(
      'InvalidRequest',
      'Missing required header for this request: Content-MD5 OR x-amz-checksum-*',
    )
  if (incoming.headers['content-length'] === undefined && incoming.headers['transfer-encoding'] === undefined)
    return undefined
  if (incoming.headers['content-length'] === '0') return undefined
  // The whole object's checksum rides on a completion; it is not the checksum of this body.
  const { blob } = await receive(incoming, blobStore('memory'), {
    otherChecksum: operation === 'CompleteMultipartUpload',
  })
  return readXml(blob.slice(0, blob.bytes).toString('utf8'))
}

function locate(incoming: IncomingMessage): {
  path: string
  bucket: string
  key: string
  query: URLSearchParams
} {
  const [rawPath = '/', rawQuery = ''] = (incoming.url ?? '/').split(/\?(.*)/s)
  const path = decodeURIComponent(rawPath)
  const [, bucket = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? []
  // A plus is a plus here: S3's clients write a space as %20.
  return { path, bucket, key, query: new URLSearchParams(rawQuery.replaceAll('+', '%2B')) }
}

function refusalOf(error: unknown): {
  status: number
  code: string
  message: string
  headers?: Record<string, string>
} {
  if (error instanceof Refusal)
    return { status: error.status, code: error.code, message: error.message, headers: { ...error.headers } }
  return {
    status: 500,
    code: 'InternalError',
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
  }
}

/** Whether the work is done although the answer is wrong. A body cannot be cut that was not made. */
function isApplied(misbehaviour: Misbehaviour): boolean {
  if ('delayMs' in misbehaviour) return true
  return misbehaviour.applied === true || ('cut' in misbehaviour && misbehaviour.afterBytes !== undefined)
}

/** Answers one request, or misbehaves as scripted. */
export async function serve(
  incoming: IncomingMessage,
  response: ServerResponse,
  world: World,
  door: Door,
): Promise<void> {
  const call: Call = {
    operation: 'Unknown',
    writes: false,
    identity: signerOf(incoming),
    input: {},
    status: 0,
  }
  door.calls.push(call)
  const { path, bucket, key, query } = locate(incoming)
  const requestId = randomBytes(8).toString('hex').toUpperCase()
  response.setHeader('server', 'AmazonS3')
  response.setHeader('x-amz-request-id', requestId)
  response.setHeader('x-amz-id-2', randomBytes(24).toString('base64'))
  if (bucket !== '' && key === '') response.setHeader('x-amz-bucket-region', world.region)
  let misbehaviour: Misbehaviour | undefined
  let answer: Answer
  try {
    Object.assign(call, { operation: incoming.method, input: inputOf(bucket, key, query, incoming.headers) })
    const { operation, writes } = operationOf(incoming.method ?? '', bucket, key, query, incoming.headers)
    Object.assign(call, { operation, writes })
    verifySignature(incoming, path, query, { region: world.region, now: world.now(), ...door })
    const owner = incoming.headers['x-amz-expected-bucket-owner']
    if (owner !== undefined && owner !== world.account) throw new Refusal('AccessDenied', 'Access Denied')
    const xml = await documentOf(operation, incoming)
    if (xml) Object.assign(call, { input: { ...call.input, ...bodyInput(xml) } })
    misbehaviour = door.faults.take(call)
    if (misbehaviour && 'delayMs' in misbehaviour) await setTimeout(misbehaviour.delayMs)
    const applied = !misbehaviour || isApplied(misbehaviour)
    answer = applied
      ? await HANDLERS[operation]({ bucket, key, query, headers: incoming.headers, incoming, xml }, world)
      : { status: 200 }
  } catch (error) {
    if (incoming.destroyed && !incoming.complete) return
    const { status, code, message, headers = {} } = refusalOf(error)
    answer = errorAnswer(status, code, message, bucket, key, requestId, headers)
  }
  if (misbehaviour && 'cut' in misbehaviour && misbehaviour.afterBytes === undefined)
    return void response.destroy()
  incoming.resume()
  if (misbehaviour && 'hang' in misbehaviour) return
  if (misbehaviour && 'error' in misbehaviour) {
    const { status, code, message = code } = misbehaviour.error
    answer = errorAnswer(status, code, message, bucket, key, requestId, {})
  }
  const cutAfter = misbehaviour && 'cut' in misbehaviour ? misbehaviour.afterBytes : undefined
  call.status = cutAfter === undefined ? answer.status : 0
  await send(answer, incoming, response, cutAfter)
}

function errorAnswer(
  status: number,
  code: string,
  message: string,
  bucket: string,
  key: string,
  requestId: string,
  headers: Readonly<Record<string, string>>,
): Answer {
  const resource = key === '' ? `/${bucket}` : `/${bucket}/${key}`
  return {
    status,
    headers,
    xml: ['Error', { Code: code, Message: message, Resource: resource, RequestId: requestId }],
  }
}

/** Resolves when more may be written, or when nobody reads any more. */
function drained(response: ServerResponse): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  response.on('drain', resolve).on('close', resolve)
  return promise.finally(() => response.off('drain', resolve).off('close', resolve))
}

async function send(
  answer: Answer,
  incoming: IncomingMessage,
  response: ServerResponse,
  cutAfter: number | undefined,
): Promise<void> {
  const document = answer.xml && Buffer.from(writeXml(...answer.xml))
  const bodiless = incoming.method === 'HEAD' || answer.status === 204 || answer.status === 304
  const headers = Object.entries(answer.headers ?? {}).filter(([, value]) => value !== undefined)
  for (const [name, value] of headers) response.setHeader(name, value ?? '')
  if (document && !bodiless) {
    response.setHeader('content-type', 'application/xml')
    response.setHeader('content-length', document.length)
  } else if (!answer.body && !response.hasHeader('content-length') && !bodiless)
    response.setHeader('content-length', 0)
  response.writeHead(answer.status)
  response.flushHeaders()
  let left = cutAfter ?? Infinity
  for (const chunk of bodiless ? [] : (answer.body ?? (document ? [document] : []))) {
    const piece = chunk.subarray(0, left)
    left -= piece.length
    if (!response.write(piece) && left > 0) {
      await drained(response)
      if (response.destroyed) return
    }
    if (left <= 0) break
  }
  if (cutAfter === undefined) return void response.end()
  // What was written goes out first: a reset would throw it away.
  response.socket?.end()
}
