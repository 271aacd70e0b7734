// The main job as a story: back up a helpdesk, lose half of it, bring it back. Everything on loopback, nothing left behind.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { countRows, loseData } from '@raxx/testkit/freescout'
import { type Sandbox, startSandbox } from '@raxx/testkit/sandbox'

const say = (text = ''): void => void process.stdout.write(`${text}\n`)
const chapter = (text: string): void => say(`\n== ${text}`)

const box = await startSandbox({ bytes: 60_000_000, seed: 7 })
const { database, bucket } = box.names
try {
  await story()
} finally {
  await box.stop()
}
say('\nThe end: everything that was started is stopped, and its files are removed.')

async function story(): Promise<void> {
  chapter('A helpdesk: real MariaDB behind real sshd; S3, Lightsail, SSM and Slack simulated')
  const before = await countRows(box.mariadb, database)
  say(`FreeScout holds ${told(before)}.`)

  chapter('The daily backup')
  await raxx('run')

  chapter('What is there now')
  await raxx('list')
  for (const { key, bytes, sse } of box.s3.objects(bucket))
    say(`s3://${bucket}/${key}  ${bytes} bytes  ${sse}`)

  chapter('The accident: somebody deletes the busiest mailbox')
  const lost = await loseData(box.mariadb, database)
  say(`Gone: ${lost.conversations} conversations with ${lost.threads} threads of "${lost.mailbox}".`)
  say(`FreeScout holds ${told(await countRows(box.mariadb, database))}.`)

  chapter('Bringing it back: gunzip -c DUMP | mariadb freescout')
  const began = performance.now()
  await restore()
  const after = await countRows(box.mariadb, database)
  say(`FreeScout holds ${told(after)}, after ${((performance.now() - began) / 1000).toFixed(1)} s.`)
  const differing = Object.keys(before).filter((table) => before[table] !== after[table])
  if (differing.length > 0) throw new Error(`these tables did not come back whole: ${differing.join(', ')}`)
  say(`Every row of all ${Object.keys(before).length} tables is back.`)

  chapter('And when it fails, somebody is told')
  await box.mariadb.query(`ALTER USER '${box.names.user}'@'localhost' IDENTIFIED BY 'changed'`)
  await raxx('run', '--quiet')
  say(`\nSlack, channel ${box.names.channel}:`)
  for (const { text } of box.slack.messages) say((text ?? '').replaceAll(/^/gm, '  > '))
}

function told(rows: Readonly<Record<string, number>>): string {
  return `${rows['conversations']} conversations, ${rows['threads']} threads, ${rows['customers']} customers`
}

async function raxx(...args: string[]): Promise<void> {
  say(`$ raxx-backup ${args.join(' ')}`)
  const app = spawn('node_modules/.bin/raxx-backup', args, {
    env: { ...process.env, ...box.env },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const [code] = (await once(app, 'exit')) as [number | null]
  say(`exit code ${code}`)
}

async function restore(): Promise<void> {
  const dump = newest(box)
  const script = `gunzip -c | mariadb --no-defaults --comments --socket='${box.mariadb.socket}' --user=root ${database}`
  const client = spawn('sh', ['-c', script], { stdio: ['pipe', 'inherit', 'inherit'] })
  const ended = once(client, 'exit')
  await pipeline(Readable.from([dump]), client.stdin)
  await ended
}

function newest({ s3 }: Sandbox): Buffer {
  const dumps = s3.objects(bucket).filter(({ key }) => key.endsWith('.sql.gz'))
  const last = dumps.at(-1)
  if (!last) throw new Error('there is no dump in the bucket')
  return last.body()
}
