import { setFlagsFromString } from 'node:v8'
import { cli } from './cli.ts'
import { EXIT } from './exit-codes.ts'

// The young generation of V8 grows to 48 MB when much streams through, and gains nothing by it: kept as small as it starts, a
// dump of 2 GB peaks at about 220 MB of memory instead of 260 (bench/README.md).
setFlagsFromString('--semi-space-growth-factor=1')

// Whoever read our output may go away (`| head`, a log that is full): the backup goes on, and people are told all the same.
let unread = false
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', () => (unread = true))
}

void cli(process.argv.slice(2), process).then((code) => {
  process.exitCode = code === EXIT.done && unread ? EXIT.failed : code
})
