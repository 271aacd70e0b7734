import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { parseArgs, promisify } from 'node:util'
import { createGunzip, createGzip } from 'node:zlib'
import { inspect } from '../packages/mysql-dump/src/index.ts'
import { machine } from './lib/machine.ts'
import { inMegabytes, parseSize } from './lib/size.ts'
import { printTable } from './lib/table.ts'

// How fast a dump is proven while it passes, beside what it takes to decompress it alone, and the memory that it takes.
// Each is measured in a process of its own.
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { size: { type: 'string', default: '500MB' } },
})
const size = parseSize(values.size)

/** Ticket-like SQL, the same each time: HTML bodies with quotes and line ends, in several scripts, ids that never repeat. */
function* ticketSql(bytes: number, separator: string): Generator<Buffer> {
  const sentences = [
    '<p>Hello,<br />\\r\\nI\\\'ve tried to reset my password but the link says \\"expired\\".</p>',
    '<div class=\\"quote\\" style=\\"margin: 0\\">Am 3. Mai schrieb K\u00f6nig GmbH: Rechnung (Nr. 4711), bitte pr\u00fcfen.</div>',
    '\u304a\u4e16\u8a71\u306b\u306a\u3063\u3066\u304a\u308a\u307e\u3059\u3002\u6ce8\u6587\u304c\u5c4a\u304d\u307e\u305b\u3093\u3002\\n',
    '<blockquote>INSERT INTO `t` VALUES (1),(2); -- not really</blockquote><img src=\\"cid:1@x\\" alt=\\"\\">',
  ]
  yield Buffer.from('-- MariaDB dump 10.19  Distrib 10.11.19-MariaDB, for debian-linux-gnu (x86_64)\n')
  yield Buffer.from('-- Server version\t10.11.19-MariaDB\n\nCREATE TABLE `threads` (`id` int);\n')
  let written = 0
  let id = 0
  while (written < bytes) {
    const rows: string[] = []
    let length = 0
    while (length < 1_000_000) {
      id += 1
      const noise = createHash('sha1').update(String(id)).digest('base64')
      const body = sentences
        .slice(id % 3)
        .join(noise)
        .repeat(1 + (id % 7))
      const row = `(${id},${id % 977},NULL,'customer${id}@example.org',NULL,'${body}',-1.5,'2026-01-01 06:17:00')`
      rows.push(row)
      length += row.length
    }
    const statement = Buffer.from(`INSERT INTO \`threads\` VALUES\n${rows.join(separator)};\n`)
    written += statement.length
    yield statement
  }
  yield Buffer.from('-- Dump completed on 2026-01-01  6:17:00\n')
}

interface Measured {
  readonly sql: number
  readonly seconds: number
  readonly cpu: number
  readonly peak: number
}

/** Seconds on the clock and of CPU on all threads, and the most memory of this process, which does nothing else. */
async function measure(way: string, file: string): Promise<Measured> {
  let sql = 0
  const source = createReadStream(file, { highWaterMark: 32_768 })
  const time = performance.now()
  const before = process.cpuUsage()
  if (way === 'inspect') {
    const stream = inspect()
    await pipeline(source, stream, new Writable({ write: (_chunk, _encoding, done) => done() }))
    sql = (await stream.facts).sql.bytes
  } else {
    const count = new Writable({
      write: (chunk: Buffer, _encoding, done) => done(void (sql += chunk.length)),
    })
    await pipeline(source, createGunzip(), count)
  }
  const { user, system } = process.cpuUsage(before)
  const seconds = (performance.now() - time) / 1000
  return { sql, seconds, cpu: (user + system) / 1e6, peak: process.resourceUsage().maxRSS * 1024 }
}

async function compare(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'raxx-bench-'))
  try {
    const rows: string[][] = []
    for (const [form, separator] of [
      ['MariaDB: a row a line', ',\n'],
      ['MySQL: all rows on one line', ','],
    ] as const) {
      const file = join(folder, 'dump.sql.gz')
      const sql = Readable.from(ticketSql(size, separator))
      await pipeline(sql, createGzip({ level: 1 }), createWriteStream(file))
      for (const way of ['inspect', 'gunzip alone']) {
        const child = ['-C', 'dev', import.meta.filename, way, file]
        const { stdout } = await promisify(execFile)(process.execPath, child)
        const seen = JSON.parse(stdout) as Measured
        const speed = (per: number): string => inMegabytes(seen.sql / per)
        rows.push([`${form}, ${way}`, speed(1), speed(seen.seconds), speed(seen.cpu), inMegabytes(seen.peak)])
      }
    }
    process.stdout.write(`reading a dump while it passes; ${machine()}\n\n`)
    printTable(['form', 'SQL', 'a second', 'a CPU second', 'peak RSS'], rows)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const [way, file] = positionals
if (way !== undefined && file !== undefined) {
  process.stdout.write(JSON.stringify(await measure(way, file)))
} else await compare()
