import { FreescoutError } from './errors.ts'

/**
 * The variables of a `.env` as FreeScout itself reads them, which is vlucas/phpdotenv 2 with FreeScout's own change: a
 * quoted value ends at the *last* quote of its line that no backslash stands before. Escapes (`\"`, `\\`) count in both kinds
 * of quotes, and so does `${NAME}`, which stands for a variable defined above (or for itself). Of a name given twice, the first counts.
 * An unquoted value ends at ` #`.
 *
 * Source: overrides/vlucas/phpdotenv/src/Loader.php in github.com/freescout-help-desk/freescout.
 * @throws FreescoutError ENV_INVALID, with the line's number alone, where FreeScout would not start: spaces without quotes
 */
export function parseDotenv(text: string): Record<string, string> {
  const variables = new Map<string, string>()
  for (const [index, line] of text.split('\n').entries()) {
    if (trim(line).startsWith('#')) continue
    const equals = line.indexOf('=')
    if (equals === -1) continue
    const name = trim(line.slice(0, equals).replaceAll(/export |['"]/g, ''))
    const value = nested(trim(unquoted(trim(line.slice(equals + 1)), index + 1)), variables)
    if (!variables.has(name)) variables.set(name, value)
  }
  return Object.fromEntries(variables)
}

function unquoted(value: string, line: number): string {
  const quote = value[0]
  if (quote === '"' || quote === "'") {
    const upToLast = quote === '"' ? /([^\n]*[^\\])"[^"]*/g : /([^\n]*[^\\])'[^']*/g
    return value.replace(upToLast, '$1').slice(1).replaceAll(`\\${quote}`, quote).replaceAll('\\\\', '\\')
  }
  const bare = trim(value.split(' #', 1)[0] ?? '')
  if (bare.startsWith('#') && SPACE.test(bare)) return ''
  if (SPACE.test(bare)) {
    throw new FreescoutError('ENV_INVALID', `.env, line ${line}: a value with spaces needs quotes`, {
      hint: `Put the value in line ${line} of .env into double quotes; FreeScout does not start as it is.`,
    })
  }
  return bare
}

function nested(value: string, variables: ReadonlyMap<string, string>): string {
  return value.replaceAll(/\$\{([a-zA-Z0-9_.]+)\}/g, (itself, name: string) => variables.get(name) ?? itself)
}

// What PHP's \s and trim() take for white space; JavaScript's take more.
const SPACE = /[ \t\n\v\f\r]/
function trim(text: string): string {
  return text.replace(/^[ \t\n\r\0\v]+/, '').replace(/[ \t\n\r\0\v]+$/, '')
}
