import type { SecretRef } from './secret-ref.ts'

/** A whole configuration file, checked, with defaults filled in. Durations are in milliseconds, sizes in bytes. */
export interface Config {
  readonly sites: Readonly<Record<string, Site>>
}

/** One helpdesk and how it is backed up. A section that the file leaves out is absent here. */
export interface Site {
  /** Its key under `sites`. */
  readonly name: string
  readonly region: string
  readonly host?: RemoteHost | LocalHost
  readonly database?: DatabaseConfig
  readonly dump?: DumpConfig
  readonly snapshot?: SnapshotConfig
  readonly restore?: RestoreConfig
  readonly drill?: { readonly maxAgeMs: number }
  /** Empty when the file names no channel. */
  readonly notify: readonly ChannelConfig[]
}

/** The database's commands run on another machine, over SSH. */
export interface RemoteHost {
  readonly address: string
  readonly port: number
  readonly user: string
  /** `SHA256:…` fingerprints, any of which the host must show. Empty only for `trust`: see `requireHostKeys`. */
  readonly hostKeys: readonly string[]
  readonly privateKey: SecretRef
}

/** The database's commands run on this machine. */
export interface LocalHost {
  readonly local: true
}

/** Where the database is: either `socket`, or `address` and `port`. */
export interface DatabaseConfig {
  readonly name: string
  readonly user: string
  readonly password: SecretRef
  readonly address?: string
  readonly port?: number
  readonly socket?: string
  /** How to get rights to create databases; `sudo` is `sudo -n mariadb`. A backup does not need it. */
  readonly admin?: 'sudo' | { readonly user: string; readonly password: SecretRef }
}

/** Tier 2: dumps in S3. */
export interface DumpConfig {
  readonly bucket: string
  /** Always ends with a slash. */
  readonly prefix: string
  /** A key id, alias or ARN, or `aws/s3` for the account's default key. */
  readonly kmsKey: string
  readonly minBytes: number
  readonly minTables: number
  readonly maxAgeMs: number
  readonly keep: { readonly days: number; readonly atLeast: number }
}

/** Tier 1: snapshots of the instance. */
export interface SnapshotConfig {
  readonly instance: string
  readonly namePrefix: string
  readonly maxAgeMs: number
  readonly keep: { readonly last: number }
}

/** What a restore touches; what is absent is not done. */
export interface RestoreConfig {
  readonly app: 'freescout' | 'none'
  readonly appDir?: string
  readonly service?: string
  readonly url?: string
  readonly staticIp?: string
  readonly availabilityZone?: string
  readonly bundle?: string
  readonly waitForMs: number
}

/** Where operators are told. A `url` that is itself a secret is a reference. */
export type ChannelConfig =
  | { readonly kind: 'slack'; readonly channel: string; readonly token: SecretRef }
  | { readonly kind: 'webhook'; readonly url: string | SecretRef }
  | { readonly kind: 'heartbeat'; readonly url: string | SecretRef }
