import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { builtApp } from './lib/app.ts'
import { machine } from './lib/machine.ts'
import { inMegabytes, parseSize } from './lib/size.ts'
import { setStage } from './lib/stage.ts'
import { storedDump } from './lib/stored.ts'
import { printTable } from './lib/table.ts'

// The most memory that `raxx-backup run --tier dump` holds at any moment, for a small and a large database: it must not grow.
// Exits 1 when a run is over the limit.
const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '200MB,2GB' },
    limit: { type: 'string', default: '250MB' },
    data: { type: 'string' },
    app: { type: 'string' },
  },
})
const limit = parseSize(values.limit)
const app = builtApp(values.app)
const stage = await setStage({ data: values.data })
try {
  const rows: string[][] = []
  for (const bytes of values.sizes.split(',').map(parseSize)) {
    const { peak, seconds } = await peakOf(await stage.fill(bytes), bytes)
    rows.push([inMegabytes(bytes), inMegabytes(peak), seconds.toFixed(1), peak < limit ? 'yes' : 'NO'])
    if (peak >= limit) process.exitCode = 1
  }
  process.stdout.write(`peak resident memory of raxx-backup run --tier dump; ${machine()}\n\n`)
  printTable(['SQL', 'peak RSS', 'seconds', `under ${inMegabytes(limit)}`], rows)
} finally {
  await stage.stop()
}

async function peakOf(database: string, bytes: number): Promise<{ peak: number; seconds: number }> {
  const config = await stage.config(database, `${database}/`)
  const start = performance.now()
  const run = spawn(app, ['run', '--tier', 'dump', '--quiet', '--config', config], {
    env: stage.env,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let peak = 0
  // The kernel keeps the highest mark itself (VmHWM, see proc(5)); it only has to be read before the process goes.
  const watch = setInterval(() => (peak = Math.max(peak, highWaterMark(run.pid!))), 20)
  const exited = new Promise<number | null>((resolve) => run.on('exit', resolve))
  const [said, code] = await Promise.all([text(run.stderr), exited])
  clearInterval(watch)
  const seconds = (performance.now() - start) / 1000
  if (code !== 0) throw new Error(`raxx-backup exited ${code}:\n${said.slice(-3000)}`)
  await storedDump(stage, `${database}/`, { sqlBytes: bytes, manifest: true })
  return { peak, seconds }
}

function highWaterMark(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
  } catch {
    // It has just gone.
    return 0
  }
}
