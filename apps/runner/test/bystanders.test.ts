import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Sandbox, startSandbox } from '@raxx/testkit/sandbox'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newScene } from './scene.ts'
import { expectTrueManifests } from './true-manifests.ts'

let box: Sandbox
beforeAll(async () => {
  box = await startSandbox({ bytes: 300_000 })
})
afterAll(() => box.stop())

test.each(['stdout', 'stderr'] as const)(
  'nobody reads %s any more: the backup is made all the same',
  async (stream) => {
    const scene = newScene(box)
    const { child, ended } = scene.start(['run', '--json'])
    child[stream]?.destroy()
    const ran = await ended
    expect(ran.code).not.toBeNull()
    expect(ran.stderr).not.toContain('Unhandled')
    expect(scene.keys()).toEqual([scene.manifestKey, scene.key])
    expect(box.lightsail.state.snapshots.size).toBe(1)
  },
)

test('a job summary that cannot be written is a warning: one document, exit 0', async () => {
  const scene = newScene(box)
  const ran = await scene.run(['run', '--json'], {
    GITHUB_ACTIONS: 'true',
    GITHUB_STEP_SUMMARY: '/nonexistent/x',
  })
  expect(ran.json()).toMatchObject({ outcome: 'ok' })
  expect(ran.code).toBe(0)
})

test('a run that told somebody says so to the workflow', async () => {
  const scene = newScene(box)
  const dir = mkdtempSync(join(tmpdir(), 'raxx-output-'))
  const file = join(dir, 'output')
  writeFileSync(file, '')
  scene.site.dump['minBytes'] = '1GiB'
  await scene.run(['run'], { GITHUB_ACTIONS: 'true', GITHUB_OUTPUT: file })
  expect(readFileSync(file, 'utf8')).toBe('told=true\n')
  rmSync(dir, { recursive: true })
})

test('a run whose message did not arrive leaves it to the workflow to tell', async () => {
  const scene = newScene(box)
  const dir = mkdtempSync(join(tmpdir(), 'raxx-output-'))
  const file = join(dir, 'output')
  writeFileSync(file, '')
  scene.site.dump['minBytes'] = '1GiB'
  box.slack.faults.add({
    on: 'chat.postMessage',
    answer: { error: { status: 200, code: 'channel_not_found' } },
  })
  await scene.run(['run'], { GITHUB_ACTIONS: 'true', GITHUB_OUTPUT: file })
  expect(readFileSync(file, 'utf8')).toBe('')
  rmSync(dir, { recursive: true })
})

test('a signal before anything was begun is told as what it is, and never as a success', async () => {
  const scene = newScene(box)
  box.s3.faults.add({ on: 'HeadBucket', answer: { hang: true } })
  const { child, ended } = scene.start(['run', '--json'])
  while (!box.s3.calls.some(({ operation }) => operation === 'HeadBucket')) {
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  child.kill('SIGTERM')
  const ran = await ended
  expect(ran.code).toBe(143)
  expect(ran.json()).toMatchObject({
    outcome: 'failed',
    dump: { outcome: 'skipped' },
    snapshot: { outcome: 'skipped' },
  })
  expect(box.slack.messages).toHaveLength(1)
  expect(box.slack.messages[0]?.text).toContain('interrupted: the dump was not begun')
})

test('what a service quotes of our secrets, or says to GitHub and terminals, is in no output and no message', async () => {
  const scene = newScene(box)
  const message = `you sent ${box.password} and x\n  ::stop-commands::y \u001b[2J ##[error]`
  box.s3.faults.add({ on: 'PutObject', answer: { error: { status: 400, code: 'InvalidRequest', message } } })
  for (const args of [['run'], ['run', '--json']]) {
    const ran = await scene.run(args, { GITHUB_ACTIONS: 'true' })
    expect(ran.code).toBe(3)
    const shown =
      ran.stdout + ran.stderr.replaceAll(/^::add-mask::.*$/gm, '') + JSON.stringify(box.slack.messages)
    expect(shown).toContain('InvalidRequest')
    for (const spelling of [
      box.password,
      JSON.stringify(box.password).slice(1, -1),
      JSON.stringify(JSON.stringify(box.password)).slice(3, -3),
    ]) {
      expect(shown.includes(spelling)).toBe(false)
    }
    expect(ran.stdout).not.toMatch(/^\s*::/m)
    expect(ran.stdout).not.toContain('##[')
    expect(ran.stdout).not.toContain('\u001b')
  }
})

test('another run stores its dump while this one vouches for its own: told, and no manifest lies', async () => {
  const scene = newScene(box)
  const slow = { on: 'PutObject', times: 1, where: isManifest, answer: { delayMs: 4_000 } } as const
  box.s3.faults.add(slow)
  const first = scene.start(['run', '--tier', 'dump', '--json'])
  while (!box.s3.calls.some((call) => isManifest(call)))
    await new Promise((resolve) => setTimeout(resolve, 20))
  await box.mariadb.query("UPDATE freescout.users SET first_name = CONCAT(first_name, '!')")
  await scene.run(['run', '--tier', 'dump'])
  const ran = await first.ended
  expect(ran.json()).toMatchObject({ outcome: 'failed', dump: { error: { code: 'REPLACED_MEANWHILE' } } })
  expectTrueManifests(box.s3, scene.bucket)
})

test('a signal while the manifest is on its way: the finished dump keeps its proof', async () => {
  const scene = newScene(box)
  box.s3.faults.add({ on: 'PutObject', where: isManifest, answer: { delayMs: 700 } })
  const { child, ended } = scene.start(['run', '--json'])
  while (!box.s3.calls.some((call) => isManifest(call)))
    await new Promise((resolve) => setTimeout(resolve, 20))
  child.kill('SIGTERM')
  const ran = await ended
  expect(ran.code).toBe(143)
  expect(ran.json()).toMatchObject({ outcome: 'partial', snapshot: { outcome: 'skipped' } })
  expect(box.slack.messages).toHaveLength(1)
  expect(box.slack.messages[0]?.text).toMatch(/interrupted: the dump was made.*the snapshot was not begun/)
  expect(scene.keys()).toEqual([scene.manifestKey, scene.key])
  expectTrueManifests(box.s3, scene.bucket)
})

test('pruning that failed is not told as a dump that failed', async () => {
  const scene = newScene(box)
  box.s3.addBucket(scene.bucket)
  box.s3.faults.add({ on: 'ListMultipartUploads', answer: { error: { status: 403, code: 'AccessDenied' } } })
  const ran = await scene.run(['run'])
  expect(ran.code).toBe(3)
  expect(box.slack.messages[0]?.text).toContain('the dump was made, but pruning failed')
})

function isManifest({
  operation,
  input,
}: {
  operation: string
  input: Readonly<Record<string, unknown>>
}): boolean {
  return operation === 'PutObject' && String(input['Key']).endsWith('.manifest.json')
}
