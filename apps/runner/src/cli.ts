import { Command, CommanderError } from 'commander'
import { COMMANDS, type GlobalOptions } from './commands.ts'
import { redactor } from '@raxx/site-config'
import { EXIT } from './exit-codes.ts'
import { catchInterrupt } from './interrupt.ts'
import { createOutput } from './output.ts'
import { runCommand } from './run-command.ts'
import { errorDocument, tell } from './told.ts'
import { Usage } from './usage.ts'
import { VERSION } from './version.ts'

/** Parses the arguments, runs the command, and returns the exit code. Never rejects. */
export async function cli(args: readonly string[], host: NodeJS.Process): Promise<number> {
  using interrupt = catchInterrupt((code) => host.exit(code))
  let code: number = EXIT.done
  const program = new Command('raxx-backup')
    .description('Backs up a FreeScout helpdesk: a proven dump in S3, then a Lightsail snapshot.')
    .version(VERSION, '-V, --version')
    .option(
      '-c, --config <file>',
      'the configuration (default: $RAXX_BACKUP_CONFIG, else raxx-backup.yaml here)',
    )
    .option('-s, --site <name>', 'which site; needed only where the configuration has several')
    .option('--json', 'one JSON document on stdout')
    .option('-q, --quiet', 'only results and errors')
    .option('-v, --verbose', 'how long each step took')
    .helpOption('-h, --help')
    .showSuggestionAfterError()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ outputError: () => {} })
    .exitOverride()
  program.addHelpText(
    'after',
    '\nExit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 partly failed, 5 refused, 130 and 143 interrupted.',
  )
  for (const definition of COMMANDS) {
    const command = program.command(definition.name).description(definition.description).exitOverride()
    for (const [flags, description, choices] of definition.options ?? []) {
      const option = command.createOption(flags, description)
      command.addOption(choices ? option.choices(choices) : option)
    }
    command.action(async () => {
      code = await runCommand(
        definition,
        command.optsWithGlobals<GlobalOptions & Record<string, unknown>>(),
        {
          host,
          interrupt,
        },
      )
    })
  }
  try {
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    // Commander has printed the help or the version.
    if (error.exitCode === 0) return EXIT.done
    const message =
      error.code === 'commander.help' ? 'no command was given' : error.message.replace(/^error: /, '')
    const usage = new Usage(
      message.replaceAll(/\s+/g, ' '),
      'raxx-backup --help lists the commands and options.',
    )
    const output = createOutput({
      env: host.env,
      stdout: host.stdout,
      stderr: host.stderr,
      redactor: redactor(),
      quiet: false,
      verbose: false,
    })
    output.error('raxx-backup', tell(usage))
    const command = COMMANDS.find(({ name }) => args.includes(name))?.name ?? 'error'
    if (args.includes('--json')) {
      output.document({
        schema: `raxx.${command}/1`,
        site: null,
        outcome: 'failed',
        error: errorDocument(usage),
      })
    }
    return EXIT.usage
  }
  return code
}
