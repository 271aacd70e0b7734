import { z } from 'zod'
import { configSchema } from './schema.ts'

/**
 * The file as users write it, as a JSON Schema (draft 7, which editors know best). The package ships it as
 * `@raxx/site-config/schema.json`; rules between fields are not in it.
 */
export function jsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(configSchema, { io: 'input', target: 'draft-7' })
  return {
    $schema,
    title: 'raxx-backup.yaml',
    description: 'The sites that raxx-backup and raxx-restore know.',
    ...schema,
  }
}

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly additionalProperties?: SchemaNode | boolean
  readonly items?: SchemaNode
  readonly anyOf?: readonly SchemaNode[]
}

/** The keys that the mapping at `path` may have. */
export function knownKeys(path: readonly PropertyKey[]): readonly string[] {
  let nodes: readonly SchemaNode[] = [jsonSchema()]
  for (const segment of path) {
    nodes = nodes.flatMap(alternatives).flatMap((node) => {
      const inner = node.properties?.[String(segment)] ?? node.items ?? node.additionalProperties
      return typeof inner === 'object' ? [inner] : []
    })
  }
  return [...new Set(nodes.flatMap(alternatives).flatMap((node) => Object.keys(node.properties ?? {})))]
}

function alternatives(node: SchemaNode): readonly SchemaNode[] {
  return [node, ...(node.anyOf ?? []).flatMap(alternatives)]
}
