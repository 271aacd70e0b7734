import { MysqlDumpError } from './errors.ts'
import type { DumpFacts, SqlFacts } from './facts.ts'
import { manifestProblems } from './manifest-problems.ts'

/** The schema's name; a change of meaning takes a new number. */
export const MANIFEST_SCHEMA = 'raxx.manifest/1'

/** The application whose data a dump holds. */
export interface DumpedApp {
  readonly kind: string
  readonly version: string
  /** Tells whether two installations share the key that their secrets are encrypted with; not the key. */
  readonly keyFingerprint: string
}

/** The document stored beside a dump, last: it vouches for exactly the object that it names. */
export interface DumpManifest extends SqlFacts {
  readonly schema: typeof MANIFEST_SCHEMA
  readonly site: string
  readonly database: string
  /** When the dump was begun, ISO 8601 UTC. */
  readonly takenAt: string
  readonly object: DumpFacts['object'] & { readonly key: string }
  readonly sql: DumpFacts['sql']
  readonly client: SqlFacts['client'] & { readonly compressor: string }
  /** The database's default collation: to be given to the database that the dump is restored into. */
  readonly databaseCollation?: string
  readonly app?: DumpedApp
  readonly tool: { readonly name: string; readonly version: string }
}

/** What a manifest says that a dump cannot say of itself. */
export interface ManifestDetails {
  readonly site: string
  readonly database: string
  readonly takenAt: Date
  /** The object's whole key in its bucket. */
  readonly key: string
  /** The program that compressed it: `igzip`. */
  readonly compressor: string
  readonly databaseCollation?: string
  readonly app?: DumpedApp
  /** The program that made the backup. */
  readonly tool: { readonly name: string; readonly version: string }
}

/** Writes down what was proven of a dump; to be stored as JSON once the object itself is stored and read back. */
export function makeManifest(facts: DumpFacts, details: ManifestDetails): DumpManifest {
  return {
    schema: MANIFEST_SCHEMA,
    site: details.site,
    database: details.database,
    takenAt: details.takenAt.toISOString(),
    ...facts,
    object: { key: details.key, ...facts.object },
    client: { ...facts.client, compressor: details.compressor },
    ...(details.databaseCollation !== undefined && { databaseCollation: details.databaseCollation }),
    ...(details.app && { app: details.app }),
    tool: details.tool,
  }
}

/**
 * Reads a manifest from its text, or from JSON already parsed. Fields that it does not know stay. Throws `MANIFEST_INVALID`,
 * naming the fields that are missing or of another form, and never their values.
 */
export function parseManifest(source: unknown): DumpManifest {
  let value = source
  if (typeof source === 'string') {
    try {
      value = JSON.parse(source)
    } catch (cause) {
      throw invalid(`it is not JSON (${source.length} characters)`, cause)
    }
  }
  const problems = manifestProblems(value, MANIFEST_SCHEMA)
  if (problems.length > 0) {
    const more = problems.length > 5 ? ` and ${problems.length - 5} more` : ''
    throw invalid(problems.slice(0, 5).join('; ') + more)
  }
  return value as DumpManifest
}

function invalid(seen: string, cause?: unknown): MysqlDumpError {
  return new MysqlDumpError('MANIFEST_INVALID', `this is not a manifest of a dump: ${seen}`, {
    hint: 'Treat the dump beside it as unproven: validate it, or use another.',
    ...(cause !== undefined && { cause }),
  })
}
