import type { IncomingHttpHeaders } from 'node:http'
import { childText, type XmlElement } from './xml.ts'

/** Headers and query parameters by the names that the SDK gives them. */
const FROM_QUERY: Readonly<Record<string, string>> = {
  uploadId: 'UploadId',
  partNumber: 'PartNumber',
  prefix: 'Prefix',
  delimiter: 'Delimiter',
  'start-after': 'StartAfter',
  'continuation-token': 'ContinuationToken',
  'max-keys': 'MaxKeys',
  'key-marker': 'KeyMarker',
  'upload-id-marker': 'UploadIdMarker',
}
const FROM_HEADERS: Readonly<Record<string, string>> = {
  range: 'Range',
  'if-match': 'IfMatch',
  'if-none-match': 'IfNoneMatch',
  'content-type': 'ContentType',
  'x-amz-server-side-encryption': 'ServerSideEncryption',
  'x-amz-server-side-encryption-aws-kms-key-id': 'SSEKMSKeyId',
  'x-amz-storage-class': 'StorageClass',
  'x-amz-checksum-algorithm': 'ChecksumAlgorithm',
  'x-amz-checksum-type': 'ChecksumType',
  'x-amz-checksum-mode': 'ChecksumMode',
  'x-amz-checksum-crc32': 'ChecksumCRC32',
  'x-amz-mp-object-size': 'MpuObjectSize',
}

/** What a call asked for, in the API's own parameter names: what recordings show, and what faults can be narrowed by. */
export function inputOf(
  bucket: string,
  key: string,
  query: URLSearchParams,
  headers: IncomingHttpHeaders,
): Record<string, unknown> {
  const input: Record<string, unknown> = {}
  if (bucket !== '') input['Bucket'] = bucket
  if (key !== '') input['Key'] = key
  for (const [name, value] of query) {
    const parameter = FROM_QUERY[name]
    if (parameter !== undefined)
      input[parameter] = name === 'partNumber' || name === 'max-keys' ? Number(value) : value
  }
  for (const [name, parameter] of Object.entries(FROM_HEADERS)) {
    if (headers[name] !== undefined) input[parameter] = headers[name]
  }
  const metadata = Object.entries(headers).filter(([name]) => name.startsWith('x-amz-meta-'))
  if (metadata.length > 0)
    input['Metadata'] = Object.fromEntries(
      metadata.map(([name, value]) => [name.slice('x-amz-meta-'.length), value]),
    )
  return input
}

/** The same, of a body: the keys to delete, the parts to join, or the document as plain objects. */
export function bodyInput(xml: XmlElement): Record<string, unknown> {
  if (xml.name === 'Delete') {
    const keys = xml.children
      .filter((child) => child.name === 'Object')
      .map((child) => childText(child, 'Key'))
    return { Delete: { Objects: keys.map((key) => ({ Key: key })) } }
  }
  return { [xml.name]: plain(xml) }
}

function plain(element: XmlElement): unknown {
  if (element.children.length === 0) return element.text
  const byName = Map.groupBy(element.children, (child) => child.name)
  return Object.fromEntries(
    [...byName].map(([name, children]) => {
      const values = children.map(plain)
      return [name, values.length === 1 ? values[0] : values]
    }),
  )
}
