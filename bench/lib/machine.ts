import { readFileSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'

/** What a figure was measured on, in general terms, and when. */
export function machine(): string {
  const model = /^model name\s*:\s*(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? process.arch
  const memory = Math.round(totalmem() / 2 ** 30)
  const date = new Date().toISOString().slice(0, 10)
  return `${availableParallelism()} cores (${model.trim()}), ${memory} GiB, Node ${process.versions.node}, ${date}`
}
