import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** A process as /proc tells of it. `started` tells a process from a later one with the same number. */
export interface Process {
  readonly pid: number
  readonly parent: number
  /** The first 15 characters of the program's name. */
  readonly name: string
  readonly started: string
}

/** Every living process under `pid`, at any depth. Zombies are not living. */
export function descendants(pid: number): Process[] {
  const all = readdirSync('/proc').flatMap((entry) => (/^\d+$/.test(entry) ? look(Number(entry)) : []))
  const found: Process[] = []
  const from = [pid]
  for (const parent of from) {
    for (const child of all) {
      if (child.parent !== parent) continue
      found.push(child)
      from.push(child.pid)
    }
  }
  return found
}

/** Whether the process is there, and no zombie. */
export function isAlive(pid: number): boolean {
  return look(pid).length === 1
}

/** Kills these processes, those that are still themselves, and resolves once they are gone. */
export async function end(processes: readonly Process[]): Promise<void> {
  const living = (): Process[] =>
    processes.filter(({ pid, started }) => look(pid).some((now) => now.started === started))
  for (let left = living(); left.length > 0; left = living()) {
    for (const { pid } of left) kill(pid)
    await sleep(5)
  }
}

/** Kills a process outright; false when it went by itself in between. */
export function kill(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL')
  } catch {
    return false
  }
}

function look(pid: number): Process[] {
  let stat: string
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return []
  }
  // The name stands in brackets and may hold spaces and brackets itself; see proc(5).
  const close = stat.lastIndexOf(')')
  const fields = stat.slice(close + 2).split(' ')
  if (fields[0] === 'Z' || fields[0] === 'X') return []
  return [
    {
      pid,
      parent: Number(fields[1]),
      name: stat.slice(stat.indexOf('(') + 1, close),
      started: fields[19] ?? '',
    },
  ]
}
