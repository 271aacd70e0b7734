import { setTimeout as sleep } from 'node:timers/promises'
import { type Sandbox, startSandbox } from '@raxx/testkit/sandbox'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { holdTable } from './hold-table.ts'
import { newScene } from './scene.ts'
import { expectTrueManifests } from './true-manifests.ts'

let box: Sandbox
beforeAll(async () => {
  box = await startSandbox({ bytes: 4_000_000 })
})
afterAll(() => box.stop())

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)(
  '%s in the middle of the dump: nothing is left, exit %i within 5 s, and it is told',
  async (signal, code) => {
    const scene = newScene(box)
    await using held = await holdTable(box.mariadb, 'freescout.threads')
    const { child, ended } = scene.start(['run', '--json'])
    await held.waitingDump()
    const began = performance.now()
    child.kill(signal)
    const ran = await ended
    expect(performance.now() - began).toBeLessThan(5_000)
    expect(ran.code).toBe(code)
    expect(ran.json()).toMatchObject({ outcome: 'failed', dump: { error: { code: 'INTERRUPTED' } } })
    expect(scene.keys()).toEqual([])
    expect(box.s3.uploads(scene.bucket)).toEqual([])
    expect(box.lightsail.state.snapshots.size).toBe(0)
    expect(box.slack.messages).toHaveLength(1)
    for (let n = 0; n < 100 && box.sshd.processes('commands').length > 0; n++) await sleep(50)
    expect(box.sshd.processes('commands')).toEqual([])
  },
)

test('a signal while an upload hangs at S3: nothing is left, exit 143 within 5 s', async () => {
  const scene = newScene(box)
  box.s3.faults.add({ on: 'PutObject', answer: { hang: true } })
  const { child, ended } = scene.start(['run', '--tier', 'dump'])
  while (!box.s3.calls.some(({ operation }) => operation === 'PutObject')) await sleep(20)
  const began = performance.now()
  child.kill('SIGTERM')
  const ran = await ended
  expect(performance.now() - began).toBeLessThan(5_000)
  expect(ran.code).toBe(143)
  expect(scene.keys()).toEqual([])
})

test('a signal while Slack hangs: exit 130 within 5 s', async () => {
  const scene = newScene(box)
  scene.site.dump['minBytes'] = '1GiB'
  box.slack.faults.add({ on: 'chat.postMessage', answer: { hang: true } })
  const { child, ended } = scene.start(['run', '--tier', 'dump'])
  while (!box.slack.calls.some(({ operation }) => operation === 'chat.postMessage')) await sleep(20)
  const began = performance.now()
  child.kill('SIGINT')
  expect((await ended).code).toBe(130)
  expect(performance.now() - began).toBeLessThan(5_000)
})

test('a signal while the snapshot is pending: the dump stands, the wait ends, the next run finds the snapshot', async () => {
  const scene = newScene(box)
  box.lightsail.behaviour.pendingPolls = Infinity
  const { child, ended } = scene.start(['run', '--json'])
  while (box.lightsail.state.snapshots.size === 0) await sleep(20)
  child.kill('SIGTERM')
  const ran = await ended
  expect(ran.code).toBe(143)
  expect(ran.json()).toMatchObject({
    dump: { outcome: 'ok' },
    snapshot: { outcome: 'failed', error: { code: 'INTERRUPTED' } },
  })
  expect(scene.keys()).toEqual([scene.manifestKey, scene.key])
  box.lightsail.behaviour.pendingPolls = 0
  for (const snapshot of box.lightsail.state.snapshots.values())
    Object.assign(snapshot, { state: 'available' })
  const next = await scene.run(['run', '--tier', 'snapshot', '--json'])
  expect(next.code).toBe(0)
  expect(box.lightsail.state.snapshots.size).toBe(1)
})

test('a signal at any moment of a run: exit code, no open upload, and every manifest tells the truth', async () => {
  const scene = newScene(box)
  await scene.run(['run', '--json'])
  for (let delay = 150; delay <= 1650; delay += 250) {
    const { child, ended } = scene.start(['run', '--tier', 'dump', '--json'])
    await sleep(delay)
    child.kill('SIGTERM')
    const ran = await ended
    // The handlers are in place within the first milliseconds of the program; before that the signal itself ends it.
    expect([143, null, 0]).toContain(ran.code)
    expect(box.s3.uploads(scene.bucket)).toEqual([])
    expectTrueManifests(box.s3, scene.bucket)
  }
})

test('killed outright at any moment of a second run: no manifest vouches for bytes that are not its own', async () => {
  const scene = newScene(box)
  await scene.run(['run', '--tier', 'dump'])
  for (const operation of [
    'HeadBucket',
    'ListObjectsV2',
    'PutObject',
    'DeleteObject',
    'HeadObject',
  ] as const) {
    for (const nth of [1, 2]) {
      const lift = box.s3.faults.add({ on: operation, nth, answer: { hang: true, applied: true } })
      await box.mariadb.query("UPDATE freescout.users SET first_name = CONCAT(first_name, '.')")
      const seen = box.s3.calls.filter((call) => call.operation === operation).length
      const { child, ended } = scene.start(['run', '--tier', 'dump'])
      const reached = (): boolean =>
        box.s3.calls.filter((call) => call.operation === operation).length >= seen + nth
      while (child.exitCode === null && !reached()) await sleep(10)
      child.kill('SIGKILL')
      await ended
      lift()
      expectTrueManifests(box.s3, scene.bucket)
    }
  }
  const next = await scene.run(['run', '--tier', 'dump', '--json'])
  expect(next.code).toBe(0)
  expectTrueManifests(box.s3, scene.bucket)
  expect(scene.keys()).toEqual([scene.manifestKey, scene.key])
}, 120_000)
