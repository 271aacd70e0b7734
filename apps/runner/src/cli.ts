import { Command, CommanderError } from 'commander'
import { COMMANDS, type GlobalOptions } from './commands.ts'
import { EXIT } from './exit-codes.ts'
import { catchInterrupt } from './interrupt.ts'
import { runCommand } from './run-command.ts'
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
    .option('-v, --verbose', 'more of what is going on')
    .helpOption('-h, --help')
    .showSuggestionAfterError()
    .exitOverride()
  program.addHelpText(
    'after',
    '\nExit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 partly failed, 5 refused, 130 and 143 interrupted.',
  )
  const started = { command: '' }
  for (const definition of COMMANDS) {
    const command = program.command(definition.name).description(definition.description).exitOverride()
    for (const [flags, description, choices] of definition.options ?? []) {
      const option = command.createOption(flags, description)
      command.addOption(choices ? option.choices(choices) : option)
    }
    command.action(async () => {
      started.command = definition.name
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
    // Commander has printed the help, the version, or what is wrong; only its exit code differs from ours.
    if (error.exitCode === 0) return EXIT.done
    if (args.includes('--json')) {
      const message = error.message.replace(/^error: /, '')
      host.stdout.write(
        `${JSON.stringify({ schema: 'raxx.error/1', outcome: 'failed', error: { code: 'USAGE', message, hint: null } })}\n`,
      )
    }
    return EXIT.usage
  }
  return code
}
