import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { leash } from '../src/leash.ts'

const alive = (pid: number): boolean => {
  try {
    // A zombie that nobody has reaped yet is not alive.
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

test('a leashed server ends, and its folder goes, when it is stopped', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'leash-'))
  const server = await leash('sleep', ['60'], { dir })
  expect(alive(server.pid)).toBe(true)
  await server.stop()
  expect(alive(server.pid)).toBe(false)
  expect(existsSync(dir)).toBe(false)
})

test('a leashed server tells its exit code and what it wrote', async () => {
  await using server = await leash('sh', ['-c', 'echo hello; exit 7'])
  expect(await server.exited).toBe(7)
  expect(server.log()).toContain('hello')
})

test('a line of the log can be waited for, and a server that exits without it is told with its log', async () => {
  await using server = await leash('sh', ['-c', 'echo starting >&2; exec sleep 60'])
  await server.until(/starting/)
  await using broken = await leash('sh', ['-c', 'echo no such option; exit 1'])
  await expect(broken.until(/listening/)).rejects.toThrow(/no such option/)
})

test('a leashed server ends, and its folder goes, when its starter is killed outright', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'leash-'))
  const starter = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `const { leash } = await import(${JSON.stringify(new URL('../src/leash.ts', import.meta.url).href)})
       const server = await leash('sleep', ['60'], { dir: ${JSON.stringify(dir)} })
       console.log(server.pid); setInterval(() => {}, 1000)`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const [line] = (await once(starter.stdout, 'data')) as [Buffer]
  const pid = Number(line.toString())
  expect(alive(pid)).toBe(true)
  starter.kill('SIGKILL')
  for (let n = 0; n < 100 && (alive(pid) || existsSync(dir)); n++) await sleep(50)
  expect(alive(pid)).toBe(false)
  expect(existsSync(dir)).toBe(false)
})
