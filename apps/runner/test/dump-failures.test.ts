import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startProxy } from '@raxx/testkit/proxy'
import { type Sandbox, startSandbox } from '@raxx/testkit/sandbox'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Ran } from './app.ts'
import { holdTable } from './hold-table.ts'
import { type Scene, newScene } from './scene.ts'

let box: Sandbox
let scene: Scene
beforeAll(async () => {
  box = await startSandbox({ bytes: 2_000_000 })
})
afterAll(() => box.stop())
const begin = (): Scene => (scene = newScene(box))

/** What must hold after any failure of the dump tier. Returns the error that was told. */
function expectOnlyTheSnapshot(ran: Ran): { code: string; message: string; hint: string } {
  expect(box.s3.objects(scene.bucket).map(({ key }) => key)).toEqual([])
  expect(box.s3.uploads(scene.bucket)).toEqual([])
  expect(ran.code).toBe(3)
  expect(box.slack.messages).toHaveLength(1)
  expect([...box.lightsail.state.snapshots.values()].map(({ state }) => state)).toEqual(['available'])
  const report = ran.json()
  expect(report).toMatchObject({
    outcome: 'partial',
    dump: { outcome: 'failed' },
    snapshot: { outcome: 'ok' },
  })
  expect(ran.stderr + ran.stdout).not.toContain(box.password)
  expect(box.slack.messages[0]?.text).toContain(report['dump'].error.code)
  return report['dump'].error
}

const run = (): Promise<Ran> => scene.run(['run', '--json'])

test('the dump process is killed', async () => {
  begin()
  await using held = await holdTable(box.mariadb, 'freescout.threads')
  const { ended } = scene.start(['run', '--json'])
  await held.waitingDump()
  const [pid] = dumpProcesses()
  process.kill(pid ?? 0, 'SIGKILL')
  const error = expectOnlyTheSnapshot(await ended)
  expect(error.code).toBe('DUMP_KILLED')
})

test.each(['fin', 'rst', 'silence'] as const)(
  'the SSH connection is lost in the middle of the dump: %s',
  async (kind) => {
    begin()
    await using proxy = await startProxy({ to: { host: box.sshd.address, port: box.sshd.port } })
    scene.site.host['port'] = proxy.port
    await using held = await holdTable(box.mariadb, 'freescout.threads')
    const { ended } = scene.start(['run', '--json'])
    await held.waitingDump()
    proxy.cut(kind)
    const error = expectOnlyTheSnapshot(await ended)
    expect(error.code).toBe('CONNECTION_LOST')
  },
)

test('the database server dies in the middle of the dump', async () => {
  begin()
  await using held = await holdTable(box.mariadb, 'freescout.threads')
  const { ended } = scene.start(['run', '--json'])
  await held.waitingDump()
  await box.mariadb.kill('SIGKILL')
  const ran = await ended
  await box.mariadb.restart()
  expect(expectOnlyTheSnapshot(ran).code).toBe('SERVER_GONE')
})

test('the database server is not there', async () => {
  begin()
  scene.site.database['port'] = 1
  expect(expectOnlyTheSnapshot(await run()).code).toBe('SERVER_GONE')
})

test('the password is wrong: the hint names the parameter to look at', async () => {
  begin()
  box.ssm.parameters.put(box.names.passwordParameter, 'wrong')
  const error = expectOnlyTheSnapshot(await run())
  expect(error.code).toBe('ACCESS_DENIED')
  expect(error.hint).toMatch(/password/i)
})
afterEach(() => {
  box.ssm.parameters.put(box.names.passwordParameter, box.password)
  box.ssm.parameters.put(box.names.keyParameter, box.sshd.privateKey)
})

test('the SSM parameter is missing: ParameterNotFound says how to provision it', async () => {
  begin()
  scene.site.database['password'] = 'ssm:/raxx/freescout/nothing'
  const error = expectOnlyTheSnapshot(await run())
  expect(error.code).toBe('PARAMETER_NOT_FOUND')
  expect(error.message).toContain('/raxx/freescout/nothing')
  expect(error.hint).toContain('put-parameter')
})

test('a privilege is missing that would leave triggers out in silence: the hint is the GRANT', async () => {
  begin()
  await box.mariadb.createUser('meagre', 'meagre', ['SELECT, SHOW VIEW, EVENT, LOCK TABLES ON freescout.*'])
  box.ssm.parameters.put('/raxx/freescout/meagre', 'meagre')
  Object.assign(scene.site.database, { user: 'meagre', password: 'ssm:/raxx/freescout/meagre' })
  const error = expectOnlyTheSnapshot(await run())
  expect(error.code).toBe('PRIVILEGE_MISSING')
  expect(error.hint).toContain('GRANT')
})

test('the database is empty', async () => {
  begin()
  await box.mariadb.query('CREATE DATABASE IF NOT EXISTS nothing_in_it')
  await box.mariadb.query("GRANT ALL PRIVILEGES ON nothing_in_it.* TO 'freescout'@'localhost'")
  scene.site.database['name'] = 'nothing_in_it'
  scene.site.dump['minBytes'] = 1
  expect(expectOnlyTheSnapshot(await run()).code).toBe('TOO_FEW_TABLES')
})

test('the dump is smaller than minBytes: "S3 object too small", as the runbook calls it', async () => {
  begin()
  scene.site.dump['minBytes'] = '1GiB'
  const error = expectOnlyTheSnapshot(await run())
  expect(error.code).toBe('TOO_SMALL')
  expect(`${error.message} ${error.hint}`).toContain('S3 object too small')
})

test('S3 refuses the upload for good: the hint names the permission', async () => {
  begin()
  box.s3.faults.add({ on: 'PutObject', answer: { error: { status: 403, code: 'AccessDenied' } } })
  const error = expectOnlyTheSnapshot(await run())
  expect(error.code).toBe('ACCESS_DENIED')
  expect(error.hint).toContain('s3:PutObject')
})

test('S3 answers 500 on completion for good', async () => {
  begin()
  box.s3.faults.add({ on: 'PutObject', answer: { error: { status: 500, code: 'InternalError' } } })
  expectOnlyTheSnapshot(await run())
})

test('S3 fails the completion of a second run for good: the first dump keeps its proof', async () => {
  begin()
  const first = (await run()).json()
  box.slack.messages.length = 0
  const isDump = ({ input }: { input: Readonly<Record<string, unknown>> }): boolean =>
    input['Key'] === scene.key
  box.s3.faults.add({
    on: 'PutObject',
    where: isDump,
    answer: { error: { status: 500, code: 'InternalError' } },
  })
  await box.mariadb.query("UPDATE freescout.users SET first_name = CONCAT(first_name, '!')")
  const ran = await run()
  expect(ran.code).toBe(3)
  expect(scene.keys()).toEqual([scene.manifestKey, scene.key])
  const listed = (await scene.run(['list', '--json'])).json()
  expect(listed['dumps']).toMatchObject([{ proven: true, bytes: first['dump'].bytes }])
})

test('a compressor that fails fails the dump', async () => {
  begin()
  const failing = join(box.sshd.binDir, 'igzip')
  writeFileSync(failing, '#!/bin/sh\nhead -c 1000\nexit 3\n', { mode: 0o755 })
  const ran = await run()
  writeFileSync(failing, '#!/bin/sh\nexec /usr/bin/igzip "$@"\n', { mode: 0o755 })
  expectOnlyTheSnapshot(ran)
})

test('the dump program writes a whole dump and then fails: nothing of it is stored', async () => {
  begin()
  const fake = join(box.sshd.binDir, 'mariadb-dump')
  writeFileSync(
    fake,
    '#!/bin/sh\n/usr/bin/mariadb-dump "$@" || exit\ncase "$*" in *--version*|*--help*) exit 0;; esac\nexit 2\n',
    { mode: 0o755 },
  )
  const ran = await run()
  writeFileSync(fake, '#!/bin/sh\nexec /usr/bin/mariadb-dump "$@"\n', { mode: 0o755 })
  expectOnlyTheSnapshot(ran)
})

test('the dump program stops early and says that all is well: nothing of it is stored', async () => {
  begin()
  const fake = join(box.sshd.binDir, 'mariadb-dump')
  writeFileSync(
    fake,
    '#!/bin/sh\ncase "$*" in *--version*|*--help*) exec /usr/bin/mariadb-dump "$@";; esac\n/usr/bin/mariadb-dump "$@" | head -c 500000\nexit 0\n',
    { mode: 0o755 },
  )
  const ran = await run()
  writeFileSync(fake, '#!/bin/sh\nexec /usr/bin/mariadb-dump "$@"\n', { mode: 0o755 })
  expect(expectOnlyTheSnapshot(ran).code).toBe('SQL_TRUNCATED')
})

test('an answer lost after S3 had stored the object is the success that it is', async () => {
  begin()
  box.s3.faults.add({ on: 'PutObject', times: 1, answer: { cut: true, applied: true } })
  const ran = await run()
  expect(ran.code).toBe(0)
  expect(ran.json()).toMatchObject({ outcome: 'ok', dump: { outcome: 'ok', key: scene.key } })
  expect(scene.keys()).toEqual([scene.manifestKey, scene.key])
})

test('the message tells both tiers when both fail, in one message; the exit code is 1', async () => {
  begin()
  scene.site.database['port'] = 1
  box.lightsail.faults.add({
    on: 'CreateInstanceSnapshot',
    answer: { error: { status: 400, code: 'AccessDeniedException' } },
  })
  const ran = await run()
  expect(ran.code).toBe(1)
  expect(ran.json()['outcome']).toBe('failed')
  expect(box.slack.messages).toHaveLength(1)
  expect(JSON.stringify(box.slack.messages[0])).toMatch(/SERVER_GONE[\s\S]*ACCESS_DENIED/)
})

test('a failure that could not be told is told by the exit code and the log', async () => {
  begin()
  box.slack.faults.add({
    on: 'chat.postMessage',
    answer: { error: { status: 200, code: 'channel_not_found' } },
  })
  scene.site.dump['minBytes'] = '1GiB'
  const ran = await run()
  expect(ran.code).toBe(3)
  expect(ran.json()['notifications']).toMatchObject([{ channel: 'slack', delivered: false }])
})

function dumpProcesses(): number[] {
  return box.sshd.processes('commands').filter((pid) => commandOf(pid).includes('mariadb-dump'))
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0] ?? ''
  } catch {
    return ''
  }
}
