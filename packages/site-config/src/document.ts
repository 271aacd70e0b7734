import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml'

/** A YAML file as plain data, with the line of everything in it. */
export interface ConfigDocument {
  readonly value: unknown
  /** The line of what is at `path`, or of the nearest thing around it that exists. */
  lineOf(path: readonly PropertyKey[]): number | undefined
}

/** Something that keeps the file from being read at all. */
export interface Fault {
  readonly line: number
  readonly text: string
}

// The library's own messages may quote the file, and what they quote may be a secret: these never do.
const WORDS: Readonly<Record<string, string>> = {
  BAD_DQ_ESCAPE: 'a backslash sequence inside double quotes that YAML does not know; use single quotes',
  BAD_INDENT: 'the indentation does not fit the lines above',
  BAD_SCALAR_START: 'a value starts with a character that YAML reserves; put it in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a colon inside a value; put the value in quotes',
  DUPLICATE_KEY: 'a key that the same mapping already has',
  MISSING_CHAR: 'something is not closed: a quote, a bracket, or a missing colon or space',
  MULTIPLE_DOCS: 'a second document starts here; the file may hold one',
  NON_STRING_KEY: 'a key that is not plain text',
  TAB_AS_INDENT: 'a tab as indentation; use spaces',
  TAG_RESOLVE_FAILED: 'a value starts with `!`, which YAML takes for a tag; put it in quotes',
}

/** Reads YAML text. Returns every reason why it cannot be read, with its line, instead of throwing. */
export function readDocument(text: string): ConfigDocument | readonly Fault[] {
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    merge: true,
  })
  const at = (offset: number): number => lines.linePos(offset).line
  const faults: Fault[] = [...document.errors, ...document.warnings].map((error) => ({
    line: at(error.pos[0]),
    text: WORDS[error.code] ?? `not legal YAML (${error.code})`,
  }))
  visit(document, {
    Alias(_, node) {
      if (node.resolve(document)) return
      faults.push({
        line: at(node.range?.[0] ?? 0),
        text: 'a `*alias` that nothing above defines; quote a value that starts with *',
      })
    },
    Pair(_, pair) {
      // `{ token: ab,cd }`: the rest of an unquoted value would become the name of an unknown key, and be shown.
      if (pair.value === null && isScalar(pair.key)) {
        faults.push({
          line: at(pair.key.range?.[0] ?? 0),
          text: 'a key without a value; quote a value that holds a comma',
        })
      }
    },
  })
  if (faults.length > 0) return faults.toSorted((a, b) => a.line - b.line)
  try {
    return { value: document.toJS(), lineOf: (path) => lineOf(document, path, at) }
  } catch {
    // The one thing that is left to go wrong (and was tested): too many aliases.
    return [{ line: 1, text: 'aliases that multiply without end' }]
  }
}

function lineOf(
  document: Document,
  path: readonly PropertyKey[],
  at: (offset: number) => number,
): number | undefined {
  let node: unknown = document.contents
  let offset = (node as Node | null)?.range?.[0]
  for (const segment of path) {
    if (isAlias(node)) node = node.resolve(document)
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && key.value === segment)
      if (!pair) break
      offset = (pair.key as Node).range?.[0] ?? offset
      node = pair.value
    } else if (isSeq(node)) {
      node = node.items[Number(segment)]
      offset = (node as Node | undefined)?.range?.[0] ?? offset
    } else break
  }
  return offset === undefined ? undefined : at(offset)
}
