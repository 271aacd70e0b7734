import { type Sandbox, startSandbox } from '@raxx/testkit/sandbox'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Scene, daysAgo, newScene } from './scene.ts'

let box: Sandbox
beforeAll(async () => {
  box = await startSandbox({ bytes: 200_000 })
})
afterAll(() => box.stop())

const keyOf = (day: number): string => `${box.names.prefix}${daysAgo(day)}.sql.gz`

function seed(scene: Scene, day: number, proven = true): string {
  const key = keyOf(day)
  box.s3.put(scene.bucket, key, 'a dump')
  if (proven) {
    const manifest = {
      schema: 'raxx.manifest/1',
      object: { key, bytes: 6, sha256: '' },
      tables: [{ name: 't', rows: 5 }],
    }
    box.s3.put(scene.bucket, key.replace('.sql.gz', '.manifest.json'), JSON.stringify(manifest))
  }
  return key
}

test('dumps older than 30 days go once seven newer proven ones exist; other objects are never touched', async () => {
  const scene = newScene(box)
  for (let day = 1; day <= 40; day++) seed(scene, day)
  const others = [
    'notes.txt',
    'safety/2020-01-01.sql.gz',
    '2020-01-01.sql.gz.bak',
    '2020-02-30.sql.gz',
    'x2020-01-01.sql.gz',
  ]
  for (const other of others) box.s3.put(scene.bucket, `${box.names.prefix}${other}`, 'x')
  box.s3.put(scene.bucket, 'elsewhere/2020-01-01.sql.gz', 'x')
  const planned = (await scene.run(['run', '--tier', 'dump', '--dry-run', '--json'])).json()
  const ran = (await scene.run(['run', '--tier', 'dump', '--json'])).json()
  expect(ran['dump'].removed.toSorted()).toEqual(
    [31, 32, 33, 34, 35, 36, 37, 38, 39, 40].map(keyOf).toSorted(),
  )
  expect(planned['dump'].removed.toSorted()).toEqual(ran['dump'].removed.toSorted())
  const left = scene.keys()
  for (const other of others) expect(left).toContain(`${box.names.prefix}${other}`)
  expect(left).toContain('elsewhere/2020-01-01.sql.gz')
  expect(left.filter((key) => key.endsWith('.manifest.json'))).toHaveLength(31)
})

test('unproven dumps never count: with six proven ones, nothing old goes', async () => {
  const scene = newScene(box)
  for (let day = 1; day <= 5; day++) seed(scene, day)
  for (let day = 6; day <= 29; day++) seed(scene, day, false)
  seed(scene, 50)
  const ran = (await scene.run(['run', '--tier', 'dump', '--json'])).json()
  expect(ran['dump'].removed).toEqual([])
})

test('a run whose dump failed removes nothing, old as it may be', async () => {
  const scene = newScene(box)
  for (let day = 1; day <= 40; day++) seed(scene, day)
  scene.site.dump['minBytes'] = '1GiB'
  await scene.run(['run', '--tier', 'dump'])
  expect(scene.keys()).toHaveLength(80)
})

test('what S3 would not delete is told key by key, and the dump stands', async () => {
  const scene = newScene(box)
  for (let day = 1; day <= 33; day++) seed(scene, day)
  const stuck = keyOf(32)
  const allow = box.s3.denyDelete(stuck)
  const ran = await scene.run(['run', '--tier', 'dump', '--json'])
  allow()
  expect(ran.code).toBe(1)
  const { dump } = ran.json()
  expect(dump).toMatchObject({ outcome: 'failed', key: scene.key, error: { code: 'DELETE_FAILED' } })
  expect(dump.error.message).toContain(stuck)
  expect(dump.removed.toSorted()).toEqual([keyOf(31), keyOf(33)].toSorted())
  expect(scene.keys()).toContain(scene.manifestKey)
})

test('more than a thousand objects are listed whole', async () => {
  const scene = newScene(box)
  for (let day = 1; day <= 620; day++) seed(scene, day)
  const ran = (await scene.run(['prune', '--json'])).json()
  expect(ran['dump'].remove).toHaveLength(590)
  expect(ran['applied']).toBe(false)
  expect(scene.keys()).toHaveLength(1240)
})

test('prune shows what would go and why, and removes it only with --apply', async () => {
  const scene = newScene(box)
  for (let day = 1; day <= 32; day++) seed(scene, day)
  const shown = await scene.run(['prune'])
  expect(shown.code).toBe(0)
  expect(shown.stdout).toMatch(new RegExp(`remove  ${keyOf(31)}: older than 30 days`))
  expect(scene.keys()).toHaveLength(64)
  const applied = (await scene.run(['prune', '--apply', '--json'])).json()
  expect(applied['dump'].removed.toSorted()).toEqual([keyOf(31), keyOf(32)].toSorted())
  expect(scene.keys()).toHaveLength(60)
})

test('unfinished uploads of more than a day ago are aborted, younger ones and those of others are not', async () => {
  const scene = newScene(box)
  box.s3.addBucket(scene.bucket)
  const old = new Date(Date.now() - 2 * 86_400_000)
  box.s3.openUpload(scene.bucket, keyOf(2), { initiated: old })
  box.s3.openUpload(scene.bucket, keyOf(1))
  box.s3.openUpload(scene.bucket, 'elsewhere/x', { initiated: old })
  await scene.run(['run', '--tier', 'dump'])
  expect(box.s3.uploads(scene.bucket).map(({ key }) => key)).toEqual([keyOf(1), 'elsewhere/x'])
})

test('list shows dumps, proven or not, with tables and rows, and snapshots', async () => {
  const scene = newScene(box)
  seed(scene, 1)
  seed(scene, 2, false)
  box.lightsail.addSnapshot({ name: 'raxx-tickets-manual-1', fromInstanceName: 'raxx-tickets' })
  const listed = (await scene.run(['list', '--json'])).json()
  expect(listed).toMatchObject({
    schema: 'raxx.list/1',
    dumps: [
      { key: keyOf(1), proven: true, tables: 1, rows: 5, bytes: 6 },
      { key: keyOf(2), proven: false, unproven: expect.any(String) },
    ],
    snapshots: [{ name: 'raxx-tickets-manual-1', state: 'available' }],
  })
  const text = await scene.run(['list'])
  expect(text.stdout).toContain('NOT PROVEN')
  expect(text.stdout).toContain('raxx-tickets-manual-1')
})
