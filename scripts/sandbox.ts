// Keeps a whole helpdesk up until Ctrl-C, and prints the environment in which the apps find it.
import { startSandbox } from '@raxx/testkit/sandbox'

const box = await startSandbox({ bytes: 10_000_000 })
const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
for (const [name, value] of Object.entries(box.env)) process.stdout.write(`export ${name}=${quote(value)}\n`)
process.stdout.write(`export PATH=${quote(`${process.cwd()}/node_modules/.bin`)}:"$PATH"\n`)
process.stderr.write(
  [
    '',
    'The sandbox is up: MariaDB, sshd, S3, SSM, Lightsail and Slack, all on 127.0.0.1.',
    'Paste the lines above into another terminal; there, raxx-backup run works.',
    `MariaDB as root: mariadb --socket=${box.mariadb.socket} --user=root freescout`,
    'Ctrl-C ends it and removes its files.',
    '',
  ].join('\n'),
)

let seen = 0
const watch = setInterval(() => {
  for (const { text } of box.slack.messages.slice(seen)) process.stderr.write(`Slack: ${text}\n`)
  seen = box.slack.messages.length
}, 500)

// A terminal's Ctrl-C comes twice, npm hands it on: the second must not cut off the first.
let stopping = false
const stop = async (): Promise<void> => {
  if (stopping) return
  stopping = true
  clearInterval(watch)
  await box.stop()
  process.exit(0)
}
process.on('SIGINT', () => void stop())
process.on('SIGTERM', () => void stop())
