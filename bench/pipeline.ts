import { mkdir, readdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startSshd, type Sshd } from '@raxx/testkit/sshd'
import { builtApp } from './lib/app.ts'
import { machine } from './lib/machine.ts'
import { measure, type Measured } from './lib/measure.ts'
import { inMegabytes, parseSize } from './lib/size.ts'
import { setStage } from './lib/stage.ts'
import { storedDump } from './lib/stored.ts'
import { median, printTable } from './lib/table.ts'

// The runbook's pipeline against `raxx-backup run --tier dump`, in turn, on the same data, over real SSH into an S3 server.
// The program does more with it: it reads and proves the whole dump while it streams.
const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '650MB' },
    rounds: { type: 'string', default: '3' },
    data: { type: 'string' },
    app: { type: 'string' },
  },
})
const bytes = parseSize(values.size)
const rounds = Number(values.rounds)
const app = builtApp(values.app)
const stage = await setStage({ data: values.data })
const plain = await startSshd({ env: { PATH: await withoutFastCompressors(stage.dir) } })
try {
  const database = await stage.fill(bytes)
  const contenders: readonly Contender[] = [
    { name: 'A  the runbook’s shell pipeline', host: stage.host, proves: false, script: runbook('gzip') },
    { name: 'A′ the same with igzip -3', host: stage.host, proves: false, script: runbook('igzip -3') },
    { name: 'B  raxx-backup', host: stage.host, proves: true, script: program },
    { name: 'B′ raxx-backup, no igzip or pigz on the host', host: plain, proves: true, script: program },
  ]
  const runs: Run[][] = contenders.map(() => [])
  for (let round = 0; round <= rounds; round += 1) {
    for (const [index, { host, proves, script }] of contenders.entries()) {
      const prefix = `${index}-${round}/`
      const measured = await measure(stage, host, await script(database, prefix, host))
      const stored = await storedDump(stage, prefix, { sqlBytes: bytes, manifest: proves })
      // The first round warms the database's and the machine's caches.
      if (round > 0) runs[index]!.push({ ...measured, stored })
    }
  }
  report(contenders, runs)
} finally {
  await Promise.all([plain.stop(), stage.stop()])
}

interface Contender {
  readonly name: string
  readonly host: Sshd
  /** Whether it vouches for what it stored. */
  readonly proves: boolean
  readonly script: (database: string, prefix: string, host: Sshd) => string | Promise<string>
}

type Run = Measured & { readonly stored: number }

function runbook(compressor: string): Contender['script'] {
  return (database, prefix, host) => {
    const { s3 } = stage
    const { address, port } = stage.database
    const dump = `mysqldump --single-transaction --host=${address} --port=${port} --user=freescout ${database} | ${compressor}`
    // As in the runbook, the password goes to the instance inside the command.
    const remote = `MYSQL_PWD='$BENCH_DB_PASSWORD' ${dump}`
    return [
      `/usr/bin/ssh -q -i '${host.privateKeyFile}' -p ${host.port} -o BatchMode=yes -o StrictHostKeyChecking=no`,
      `-o UserKnownHostsFile=/dev/null ${host.user}@${host.address} "${remote}"`,
      `| /usr/bin/aws --endpoint-url ${s3.url} s3 cp - s3://bench/${prefix}dump.sql.gz --sse aws:kms --only-show-errors`,
    ].join(' ')
  }
}

async function program(database: string, prefix: string, host: Sshd): Promise<string> {
  return `'${app}' run --tier dump --quiet --config '${await stage.config(database, prefix, host)}'`
}

function report(contenders: readonly Contender[], runs: readonly Run[][]): void {
  const sides = ['wall', 'runner', 'instance', 'database', 's3'] as const
  const typical = runs.map((many) => sides.map((side) => median(many.map((one) => one[side]))))
  process.stdout.write(
    `${inMegabytes(bytes)} of SQL, ${rounds} rounds after a warm-up, medians; ${machine()}\n`,
  )
  process.stdout.write('seconds by the clock, then of processor time on each side\n\n')
  printTable(
    ['', 'wall', 'from–to', 'runner', 'instance', 'database', 'S3 server', 'stored', 'times faster than A'],
    contenders.map(({ name }, index) => {
      const [wall = 0, ...cpu] = typical[index]!
      const walls = runs[index]!.map((one) => one.wall)
      const range = `${Math.min(...walls).toFixed(1)}–${Math.max(...walls).toFixed(1)}`
      const ratio = index === 0 ? '' : (typical[0]![0]! / wall).toFixed(2)
      const stored = inMegabytes(median(runs[index]!.map((one) => one.stored)))
      return [name, wall.toFixed(1), range, ...cpu.map((seconds) => seconds.toFixed(1)), stored, ratio]
    }),
  )
}

/** A PATH with all of the usual commands but the compressors that are faster than gzip: a host where nobody installed them. */
async function withoutFastCompressors(dir: string): Promise<string> {
  const bin = join(dir, 'plain-bin')
  await mkdir(bin)
  const commands = (await readdir('/usr/bin')).filter((name) => !['igzip', 'pigz', 'unpigz'].includes(name))
  await Promise.all(commands.map((name) => symlink(`/usr/bin/${name}`, join(bin, name))))
  return bin
}
