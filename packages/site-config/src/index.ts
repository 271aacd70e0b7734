export { parseDuration } from './duration.ts'
export { ConfigError } from './errors.ts'
export { jsonSchema } from './json-schema.ts'
export { parseConfig } from './parse-config.ts'
export { pickSite, requireHostKeys } from './pick-site.ts'
export type { Problem } from './problem.ts'
export { type Redactor, redactor } from './redactor.ts'
export { resolveSecret, type SecretSources } from './resolve-secret.ts'
export { parseSecretRef, type SecretRef } from './secret-ref.ts'
export type {
  ChannelConfig,
  Config,
  DatabaseConfig,
  DumpConfig,
  LocalHost,
  RemoteHost,
  RestoreConfig,
  Site,
  SnapshotConfig,
} from './site.ts'
export { parseSize } from './size.ts'
