import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { BlobStore } from './blobs.ts'
import type { Bucket } from './buckets.ts'
import type { XmlElement, XmlValue } from './xml.ts'

/** What the operations act on. */
export interface World {
  readonly region: string
  readonly account: string
  readonly blobs: BlobStore
  readonly buckets: Map<string, Bucket>
  /** Keys whose deletion is denied. */
  readonly undeletable: Set<string>
  /** Whether checksums are told to clients; a server of an older make tells none. */
  checksums: boolean
  /** Whether requests for encryption are honoured; some stores take them and do nothing. */
  encrypts: boolean
  pageSize: number
  now(): Date
}

/** A request that is understood and let in. */
export interface Exchange {
  readonly bucket: string
  readonly key: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly incoming: IncomingMessage
  /** The body's XML, for the operations that take one. */
  readonly xml: XmlElement | undefined
}

export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string | undefined>>
  /** A document: its root's name and what is in it. */
  readonly xml?: readonly [root: string, value: XmlValue]
  readonly body?: Iterable<Buffer>
}

export type Handler = (exchange: Exchange, world: World) => Answer | Promise<Answer>

/** One header's value; of a repeated one, the first. */
export function headerOf(exchange: Exchange, name: string): string | undefined {
  const value = exchange.headers[name]
  return typeof value === 'string' ? value : value?.[0]
}
