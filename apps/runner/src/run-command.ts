import { readFile } from 'node:fs/promises'
import { type Config, parseConfig, pickSite, redactor } from '@raxx/site-config'
import type { CommandDefinition, GlobalOptions, Result } from './commands.ts'
import { EXIT } from './exit-codes.ts'
import type { Interrupt } from './interrupt.ts'
import { createOutput } from './output.ts'
import { errorDocument, tell } from './told.ts'
import { Refused, Usage } from './usage.ts'
import { openWorld } from './world.ts'

/** Codes of errors that mean: nothing was tried, the arguments or the configuration are wrong. */
const NOTHING_TRIED = new Set([
  'USAGE',
  'INVALID_CONFIG',
  'UNKNOWN_SITE',
  'SITE_REQUIRED',
  'HOST_KEYS_MISSING',
])

/** Secrets that the environment may hold for AWS and GitHub: a service could quote them in an error. */
const ENVIRONMENT_SECRETS = ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN']

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
  for (const name of ENVIRONMENT_SECRETS) output.hide(env[name] ?? '')
  const interruptedCode = (): number | undefined => interrupt.caught && EXIT[interrupt.caught.by]
  let site: string | undefined
  try {
    const config = await loadConfig(options.config ?? (env['RAXX_BACKUP_CONFIG'] || 'raxx-backup.yaml'))
    site = definition.configured ? undefined : pickSite(config, options.site).name
    const result = await carryOut(definition, config, options, { env, output, interrupt })
    output.endGroup()
    for (const error of result.errors ?? []) {
      if (error) output.error('raxx-backup', { ...error, hint: error.hint ?? undefined, causes: [] })
    }
    if (options.json) output.document(result.document)
    else if (result.text !== '') output.result(result.text)
    if (result.summary !== undefined) output.summary(result.summary)
    return interruptedCode() ?? { ok: EXIT.done, partial: EXIT.partial, failed: EXIT.failed }[result.outcome]
  } catch (error) {
    const thrown: unknown = interrupt.caught ?? error
    const told = tell(thrown)
    output.error('raxx-backup', told)
    if (options.json) {
      output.document({
        schema: `raxx.${definition.name}/1`,
        site: site ?? options.site ?? null,
        outcome: 'failed',
        error: errorDocument(thrown),
      })
    }
    if (thrown instanceof Refused) return EXIT.refused
    return interruptedCode() ?? (NOTHING_TRIED.has(told.code) ? EXIT.usage : EXIT.failed)
  }
}

async function carryOut(
  definition: CommandDefinition,
  config: Config,
  options: GlobalOptions & Readonly<Record<string, unknown>>,
  around: Parameters<typeof openWorld>[1],
): Promise<Result> {
  if (definition.configured) return definition.configured(config, options)
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
      (cause as NodeJS.ErrnoException).code === 'ENOENT'
        ? `there is no configuration ${file}`
        : `cannot read the configuration ${file}: ${tell(cause).message}`,
      'Name it with --config FILE or RAXX_BACKUP_CONFIG, or run where raxx-backup.yaml is.',
    )
  }
  return parseConfig(text, { file })
}
