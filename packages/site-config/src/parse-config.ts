import { crossChecks } from './cross-checks.ts'
import { readDocument } from './document.ts'
import { ConfigError } from './errors.ts'
import { dotted, findings, type Problem } from './problem.ts'
import { configSchema } from './schema.ts'
import type { Config } from './site.ts'

/**
 * Reads a configuration file (YAML, so also JSON) and fills in the defaults.
 *
 * Throws `INVALID_CONFIG` with all of the file's problems at once, in `problems` and one a line in the message, each with its
 * path, its line, what was expected and what was found; never the value of a secret field.
 * @param options.file the file's name, for messages
 */
export function parseConfig(text: string, options: { readonly file: string }): Config {
  const document = readDocument(text)
  if (!('value' in document)) {
    throw invalid(
      options.file,
      document.map((fault) => ({ path: '', expected: 'legal YAML', found: fault.text, line: fault.line })),
    )
  }
  const parsed = configSchema.safeParse(document.value)
  const said = [
    ...crossChecks(document.value),
    ...(parsed.success ? [] : findings(parsed.error.issues, document.value)),
  ]
  const problems = new Map<string, Problem>()
  for (const { path, ...finding } of said) {
    const key = dotted(path)
    const line = document.lineOf(path)
    if (!problems.has(key))
      problems.set(key, { path: key, ...finding, ...(line === undefined ? {} : { line }) })
  }
  if (parsed.success && problems.size === 0) return parsed.data
  throw invalid(
    options.file,
    [...problems.values()].toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)),
  )
}

function invalid(file: string, problems: readonly Problem[]): ConfigError {
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`
  const lines = problems.map(({ path, expected, found, line }) => {
    const where = [path, line === undefined ? '' : `line ${line}`].filter(Boolean).join(', ') || 'the file'
    return `  ${where}: expected ${expected}${found === undefined ? '' : `; found ${found}`}`
  })
  return new ConfigError('INVALID_CONFIG', `${file} has ${count}:\n${lines.join('\n')}`, {
    hint: 'Correct the file; an editor that knows its JSON Schema (@raxx/site-config/schema.json) shows these as you type.',
    problems,
  })
}
