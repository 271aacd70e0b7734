import { cli } from './cli.ts'

void cli(process.argv.slice(2), process).then((code) => {
  process.exitCode = code
})
