import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { isAlive } from '../src/processes.ts'
import { startSshd, type Sshd } from '../src/sshd.ts'

const run = promisify(execFile)

/** The OpenSSH client, so that the server is seen by something that nobody here wrote. */
const ssh = (sshd: Sshd, command: string): ReturnType<typeof run> =>
  run('ssh', [
    '-Fnone',
    `-i${sshd.privateKeyFile}`,
    `-p${sshd.port}`,
    '-oBatchMode=yes',
    '-oStrictHostKeyChecking=no',
    '-oUserKnownHostsFile=/dev/null',
    '-oLogLevel=ERROR',
    `${sshd.user}@${sshd.address}`,
    command,
  ])

test('the OpenSSH client logs in with the key and runs a command, and the log tells of it', async () => {
  await using sshd = await startSshd()
  expect((await ssh(sshd, 'echo "$((6 * 7))"')).stdout).toBe('42\n')
  expect(sshd.log()).toMatch(/Accepted key|Accepted publickey/)
})

test('the host keys are the ones that ssh-keyscan sees', async () => {
  await using sshd = await startSshd({ hostKeyTypes: ['rsa', 'ed25519'] })
  const { stdout } = await run('ssh-keyscan', ['-p', String(sshd.port), sshd.address])
  expect(sshd.hostKeyLines).toHaveLength(2)
  for (const line of sshd.hostKeyLines) expect(stdout).toContain(line)
  expect(sshd.hostKeys.every((key) => /^SHA256:[\w+/]{43}$/.test(key))).toBe(true)
})

test.each(['/bin/dash', '/bin/bash'] as const)(
  'commands are given to %s when it is asked for',
  async (shell) => {
    await using sshd = await startSshd({ shell })
    const { stdout } = await ssh(sshd, 'readlink /proc/$$/exe; echo "a  b" | cat')
    expect(stdout).toBe(`/usr${shell}\na  b\n`)
  },
)

test('a fake command in binDir goes before the real one, and PATH and variables can be given', async () => {
  await using sshd = await startSshd({ env: { PATH: '/bin', GREETING: 'hello there' } })
  writeFileSync(join(sshd.binDir, 'gzip'), '#!/bin/sh\necho fake\n')
  chmodSync(join(sshd.binDir, 'gzip'), 0o755)
  expect((await ssh(sshd, 'gzip; echo "$PATH|$GREETING"')).stdout).toBe(
    `fake\n${sshd.binDir}:/bin|hello there\n`,
  )
})

test('killed sessions end the connection; the commands are left', async () => {
  await using sshd = await startSshd()
  const outcome = ssh(sshd, 'echo started >&2; exec sleep 50').catch((error: unknown) => error)
  await sshd.until(/Starting session/)
  expect(sshd.killSessions()).toBeGreaterThan(0)
  expect(await outcome).toMatchObject({ code: 255 })
})

test('stopping ends the server, its sessions and their commands, and removes the files', async () => {
  const sshd = await startSshd()
  const outcome = ssh(sshd, 'sleep 50').catch((error: unknown) => error)
  await sshd.until(/Starting session/)
  const family = [sshd.pid, ...sshd.processes('sessions'), ...sshd.processes('commands')]
  expect(family.length).toBeGreaterThan(1)
  await sshd.stop()
  await sshd.stop()
  await outcome
  expect(family.filter(isAlive)).toEqual([])
  expect(existsSync(sshd.privateKeyFile)).toBe(false)
})

test('a server and its files go when the test that started it is killed outright', async () => {
  const module = JSON.stringify(new URL('../src/sshd.ts', import.meta.url).href)
  const program = `const { startSshd } = await import(${module})
    const sshd = await startSshd({ hostKeyTypes: ['ed25519'] })
    console.log(JSON.stringify(sshd)); setInterval(() => {}, 1000)`
  const starter = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(starter.stdout, 'data')) as [Buffer]
  const { pid, privateKeyFile } = JSON.parse(line.toString()) as Sshd
  expect(isAlive(pid)).toBe(true)
  starter.kill('SIGKILL')
  for (let n = 0; n < 500 && (isAlive(pid) || existsSync(privateKeyFile)); n++) await sleep(20)
  expect([isAlive(pid), existsSync(privateKeyFile)]).toEqual([false, false])
})

test('many servers start at the same time without taking each other’s port', async () => {
  const servers = await Promise.all(Array.from({ length: 4 }, () => startSshd({ hostKeyTypes: ['ed25519'] })))
  expect(new Set(servers.map(({ port }) => port)).size).toBe(4)
  await Promise.all(servers.map((server) => server.stop()))
})

test('a configuration that sshd refuses is told in its own words', async () => {
  await expect(startSshd({ config: ['NoSuchOption yes'] })).rejects.toThrow(/NoSuchOption/)
})
