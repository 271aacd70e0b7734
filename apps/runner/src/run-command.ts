import { readFile } from 'node:fs/promises'
import { type Config, parseConfig, pickSite, redactor } from '@raxx/site-config'
import type { CommandDefinition, GlobalOptions, Result } from './commands.ts'
import { EXIT } from './exit-codes.ts'
import type { Interrupt } from './interrupt.ts'
import { createOutput } from './output.ts'
import { errorDocument, tell } from './told.ts'
import { Usage } from './usage.ts'
import { openWorld } from './world.ts'

/** Codes of errors that mean: nothing was tried, the arguments or the configuration are wrong. */
const NOTHING_TRIED = new Set([
  'USAGE',
  'INVALID_CONFIG',
  'UNKNOWN_SITE',
  'SITE_REQUIRED',
  'HOST_KEYS_MISSING',
])

/** Loads the configuration, runs one command, prints its result, and returns the exit code. Never rejects. */
export async function runCommand(
  definition: CommandDefinition,
  options: GlobalOptions & Readonly<Record<string, unknown>>,
  around: { readonly host: NodeJS.Process; readonly interrupt: Interrupt },
): Promise<number> {
  const { host, interrupt } = around
  const { env, stdout, stderr } = host
  const output = createOutput({
    env,
    stdout,
    stderr,
    redactor: redactor(),
    quiet: options.quiet === true,
    verbose: options.verbose === true,
  })
  const interruptedCode = (): number | undefined => interrupt.caught && EXIT[interrupt.caught.by]
  try {
    const config = await loadConfig(options.config ?? env['RAXX_BACKUP_CONFIG'] ?? 'raxx-backup.yaml')
    const result = await carryOut(definition, config, options, { env, output, interrupt })
    output.result(options.json ? JSON.stringify(result.document, null, 2) : result.text)
    if (result.summary !== undefined) output.summary(result.summary)
    return interruptedCode() ?? { ok: EXIT.done, partial: EXIT.partial, failed: EXIT.failed }[result.outcome]
  } catch (error) {
    const told = tell(interrupt.caught ?? error)
    output.error('raxx-backup', told)
    if (options.json) {
      const document = {
        schema: `raxx.${definition.name}/1`,
        site: options.site ?? null,
        outcome: 'failed',
        error: errorDocument(interrupt.caught ?? error),
      }
      output.result(JSON.stringify(document, null, 2))
    }
    return interruptedCode() ?? (NOTHING_TRIED.has(told.code) ? EXIT.usage : EXIT.failed)
  }
}

async function carryOut(
  definition: CommandDefinition,
  config: Config,
  options: GlobalOptions & Readonly<Record<string, unknown>>,
  around: Parameters<typeof openWorld>[1],
): Promise<Result> {
  if (definition.configured) return definition.configured(config)
  const site = pickSite(config, options.site)
  if (!definition.about) throw new TypeError(`${definition.name} does nothing`)
  using world = openWorld(site, around)
  return await definition.about(site, world, options)
}

async function loadConfig(file: string): Promise<Config> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (cause) {
    throw new Usage(
      `cannot read the configuration ${file}: ${tell(cause).message}`,
      'Name it with --config FILE or RAXX_BACKUP_CONFIG, or run where raxx-backup.yaml is.',
    )
  }
  return parseConfig(text, { file })
}
