import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import type { Stage } from './stage.ts'
import type { Sshd } from '@raxx/testkit/sshd'

/** One run's seconds: by the clock, and of processor time on each side. */
export interface Measured {
  readonly wall: number
  /** The machine that runs the backup: ssh and aws, or raxx-backup. */
  readonly runner: number
  /** The instance: sshd, the dump and the compressor. */
  readonly instance: number
  readonly database: number
  readonly s3: number
}

/**
 * Runs a shell script and measures it. Rejects when it fails, with what it wrote to stderr: a failed backup is no measurement.
 * The runner's seconds are those of the script's children; the servers' are read from /proc before and after.
 */
export async function measure(stage: Stage, host: Sshd, script: string): Promise<Measured> {
  const sides = (): Omit<Measured, 'wall' | 'runner'> => ({
    instance: ofChildren(host.pid),
    database: own(stage.database.pid),
    s3: own(stage.s3.pid),
  })
  const before = sides()
  const start = performance.now()
  const shell = spawn('/bin/bash', ['-o', 'pipefail', '-c', `${script}\ncode=$?; times >&3; exit $code`], {
    env: stage.env,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  })
  const [said, times, [code]] = await Promise.all([
    text(shell.stderr!),
    text(shell.stdio[3] as import('node:stream').Readable),
    once(shell, 'exit') as Promise<[number | null]>,
  ])
  const wall = (performance.now() - start) / 1000
  if (code !== 0) throw new Error(`the run exited ${code}:\n${said.slice(-3000)}`)
  // A session's processor time is counted to sshd once sshd has seen it end.
  while (host.processes('sessions').length > 0) await delay(10)
  await delay(50)
  const after = sides()
  return {
    wall,
    runner: secondsOf(times),
    instance: after.instance - before.instance,
    database: after.database - before.database,
    s3: after.s3 - before.s3,
  }
}

// The second line of bash's `times` is of its children: `0m1.234s 0m0.567s`.
function secondsOf(times: string): number {
  const found = [...(times.split('\n')[1] ?? '').matchAll(/(\d+)m([\d.]+)s/g)]
  return found.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0)
}

// proc(5): utime and stime are the 14th and 15th fields of stat, cutime and cstime (children waited for) the next two, in ticks
// of which Linux has 100 a second.
const ticks = (pid: number): number[] => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 15)
    .map((field) => Number(field) / 100)
}
const own = (pid: number): number => ticks(pid)[0]! + ticks(pid)[1]!
const ofChildren = (pid: number): number => ticks(pid)[2]! + ticks(pid)[3]!
