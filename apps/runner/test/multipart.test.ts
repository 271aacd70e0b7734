import type { Fault } from '@raxx/testkit/faults'
import { type Sandbox, startSandbox } from '@raxx/testkit/sandbox'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadBulky } from './bulky.ts'
import { type Scene, newScene } from './scene.ts'
import { expectTrueManifests } from './true-manifests.ts'

let box: Sandbox
let database: string
beforeAll(async () => {
  box = await startSandbox({ bytes: 100_000 })
  database = await loadBulky(box)
})
afterAll(() => box.stop())

function begin(): Scene {
  const scene = newScene(box)
  scene.site.database['name'] = database
  return scene
}

const down = { error: { status: 500, code: 'InternalError' } }

test.each<[string, Fault]>([
  ['a part fails for good', { on: 'UploadPart', nth: 2, answer: down }],
  [
    'a part is refused',
    { on: 'UploadPart', nth: 2, answer: { error: { status: 403, code: 'AccessDenied' } } },
  ],
  ['the upload cannot be begun', { on: 'CreateMultipartUpload', answer: down }],
  ['500 on completion, for good', { on: 'CompleteMultipartUpload', answer: down }],
  [
    '200 and then an error on completion',
    { on: 'CompleteMultipartUpload', answer: { error: { status: 200, code: 'InternalError' } } },
  ],
  ['the parts are cut, again and again', { on: 'UploadPart', answer: { cut: true } }],
])('%s: nothing is left, the snapshot is taken, exit 3, one message', async (_, fault) => {
  const scene = begin()
  box.s3.faults.add(fault)
  const ran = await scene.run(['run', '--json'])
  expect(ran.code).toBe(3)
  expect(ran.json()).toMatchObject({ dump: { outcome: 'failed' }, snapshot: { outcome: 'ok' } })
  expect(scene.keys()).toEqual([])
  expect(box.s3.uploads(scene.bucket)).toEqual([])
  expect(box.slack.messages).toHaveLength(1)
})

test.each<[string, Fault['answer']]>([
  ['cut', { cut: true, applied: true }],
  ['a 500', { ...down, applied: true }],
])(
  'the answer to a completion that was applied is lost (%s): it is the success that it is',
  async (_, answer) => {
    const scene = begin()
    box.s3.faults.add({ on: 'CompleteMultipartUpload', times: 1, answer })
    const ran = await scene.run(['run', '--tier', 'dump', '--json'])
    expect(ran.json()).toMatchObject({ outcome: 'ok', dump: { outcome: 'ok' } })
    expect(ran.code).toBe(0)
    expectTrueManifests(box.s3, scene.bucket)
    expect(scene.keys()).toEqual([scene.manifestKey, scene.key])
  },
)

test.each(['CreateMultipartUpload', 'UploadPart', 'CompleteMultipartUpload'])(
  'SIGTERM while %s hangs: aborted, exit 143 within 5 s',
  async (operation) => {
    const scene = begin()
    box.s3.faults.add({ on: operation, answer: { hang: true } })
    const { child, ended } = scene.start(['run', '--tier', 'dump'])
    while (!box.s3.calls.some((call) => call.operation === operation)) await sleep(20)
    const began = performance.now()
    child.kill('SIGTERM')
    expect((await ended).code).toBe(143)
    expect(performance.now() - began).toBeLessThan(5_000)
    expect(scene.keys()).toEqual([])
    expect(box.s3.uploads(scene.bucket)).toEqual([])
  },
)

test.each(['UploadPart', 'CompleteMultipartUpload', 'DeleteObject', 'HeadObject'])(
  'a second run is killed outright at %s: every manifest is true, and the next run needs no cleaning up',
  async (operation) => {
    const scene = begin()
    await scene.run(['run', '--tier', 'dump'])
    await box.mariadb.query('UPDATE bulky.noise SET body = REVERSE(body) WHERE id = 1')
    box.s3.calls.length = 0
    box.s3.faults.add({ on: operation, answer: { hang: true, applied: true } })
    const { child, ended } = scene.start(['run', '--tier', 'dump'])
    while (child.exitCode === null && !box.s3.calls.some((call) => call.operation === operation))
      await sleep(10)
    child.kill('SIGKILL')
    await ended
    expectTrueManifests(box.s3, scene.bucket)
    box.s3.faults.clear()
    expect((await scene.run(['run', '--tier', 'dump'])).code).toBe(0)
    expectTrueManifests(box.s3, scene.bucket)
    expect(scene.keys()).toEqual([scene.manifestKey, scene.key])
  },
)
