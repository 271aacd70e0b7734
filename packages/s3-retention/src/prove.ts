/** What a manifest says about a dump: proven by it, or why not. */
export type Proof =
  | { readonly proven: true; readonly manifest: unknown }
  | { readonly proven: false; readonly why: string; readonly manifest?: unknown }

/** The manifest's schema that this package understands. One that names none is judged by what it says. */
const schema = 'raxx.manifest/1'

/**
 * Judges a dump by its manifest's text. Proven means: the manifest names this object's key and the size it is listed with.
 * The content's hash is checked when the object is read, not here.
 */
export function prove(dump: { readonly key: string; readonly bytes: number }, text: string): Proof {
  let manifest: unknown
  try {
    manifest = JSON.parse(text)
  } catch {
    return { proven: false, why: 'its manifest is not JSON' }
  }
  const no = (why: string): Proof => ({ proven: false, why, manifest })
  if (!isRecord(manifest)) return no('its manifest is not an object')
  if (manifest['schema'] !== undefined && manifest['schema'] !== schema) {
    return no(`its manifest is of schema ${brief(manifest['schema'])}, not ${schema}`)
  }
  const { object } = manifest
  if (!isRecord(object)) return no('its manifest names no object')
  if (object['key'] !== dump.key) return no(`its manifest names another key, ${brief(object['key'])}`)
  if (object['bytes'] !== dump.bytes) {
    return no(`its manifest says ${brief(object['bytes'])} bytes, the object has ${dump.bytes}`)
  }
  if (dump.bytes === 0) return no('it is empty')
  return { proven: true, manifest }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function brief(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'none')
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}
