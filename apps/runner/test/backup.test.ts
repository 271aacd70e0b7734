import { execFileSync, spawnSync } from 'node:child_process'
import { gunzipSync } from 'node:zlib'
import { fingerprint } from '@raxx/testkit/fingerprint'
import { loadEverything } from '@raxx/testkit/everything'
import { type Sandbox, startSandbox } from '@raxx/testkit/sandbox'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadBulky } from './bulky.ts'
import { daysAgo, newScene, today } from './scene.ts'

let box: Sandbox
beforeAll(async () => {
  box = await startSandbox({ bytes: 2_000_000 })
})
afterAll(() => box.stop())

test('a run makes a proven dump, then an available snapshot, and says so', async () => {
  const scene = newScene(box)
  const ran = await scene.run(['run', '--json'])
  expect(ran.stderr).toContain('proven')
  expect(ran.code).toBe(0)
  const report = ran.json()
  expect(report).toMatchObject({
    schema: 'raxx.run/1',
    site: 'freescout',
    dryRun: false,
    outcome: 'ok',
    dump: { outcome: 'ok', key: scene.key, removed: [], error: null },
    snapshot: {
      outcome: 'ok',
      name: `raxx-tickets-backup-${today()}`,
      state: 'available',
      removed: [],
      error: null,
    },
    notifications: [],
  })
  const [manifestObject, object] = box.s3.objects(scene.bucket)
  expect([manifestObject?.key, object?.key]).toEqual([scene.manifestKey, scene.key])
  expect(object).toMatchObject({ sse: 'aws:kms', storageClass: 'STANDARD', bytes: report['dump'].bytes })
  expect(object?.checksum).toMatchObject({ algorithm: 'CRC32', type: 'FULL_OBJECT' })
  const manifest = JSON.parse(manifestObject?.body().toString() ?? '')
  expect(manifest).toMatchObject({
    schema: 'raxx.manifest/1',
    site: 'freescout',
    database: 'freescout',
    object: { key: scene.key, bytes: report['dump'].bytes, sha256: report['dump'].sha256 },
    databaseCollation: 'utf8mb4_unicode_ci',
    tool: { name: '@raxx/backup' },
  })
  expect(manifest.tables).toHaveLength(report['dump'].tables)
  // The dump was finished before the snapshot began.
  expect(box.slack.messages).toEqual([])
  expect(box.s3.uploads(scene.bucket)).toEqual([])
})

test('the bucket is made when it is missing: private, encrypted, unfinished uploads expire', async () => {
  const scene = newScene(box)
  await scene.run(['run', '--tier', 'dump'])
  const bucket = box.s3.bucket(scene.bucket)
  expect(Object.values(bucket?.publicAccessBlock ?? {})).toEqual([true, true, true, true])
  expect(JSON.stringify(bucket?.encryption)).toContain('aws:kms')
  expect(JSON.stringify(bucket?.lifecycle)).toMatch(/days/i)
})

test('the object passes gunzip -t, and the plain client makes an identical database of it', async () => {
  const scene = newScene(box)
  await loadEverything(box.mariadb, 'everything')
  await box.mariadb.query("GRANT ALL PRIVILEGES ON everything.* TO 'freescout'@'localhost'")
  await box.mariadb.query("GRANT SELECT ON mysql.proc TO 'freescout'@'localhost'")
  scene.site.database['name'] = 'everything'
  const ran = await scene.run(['run', '--tier', 'dump', '--json'])
  expect(ran.json()['dump'].error).toBeNull()
  const gzip =
    box.s3
      .objects(scene.bucket)
      .find(({ key }) => key === scene.key)
      ?.body() ?? Buffer.alloc(0)
  expect(spawnSync('gunzip', ['-t'], { input: gzip }).status).toBe(0)
  await box.mariadb.query(
    'CREATE DATABASE copy_of_everything CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci',
  )
  execFileSync(
    'mariadb',
    ['--no-defaults', '--comments', `--socket=${box.mariadb.socket}`, '--user=root', 'copy_of_everything'],
    {
      input: gunzipSync(gzip),
    },
  )
  expect(await fingerprint(box.mariadb, 'copy_of_everything')).toEqual(
    await fingerprint(box.mariadb, 'everything'),
  )
})

test('a multipart upload: one object, its parts gone, its checksum whole', async () => {
  const scene = newScene(box)
  scene.site.database['name'] = await loadBulky(box)
  const ran = await scene.run(['run', '--tier', 'dump', '--json'])
  expect(ran.json()).toMatchObject({ outcome: 'ok' })
  expect(box.s3.calls.filter(({ operation }) => operation === 'UploadPart').length).toBeGreaterThan(1)
  expect(box.s3.uploads(scene.bucket)).toEqual([])
  const object = box.s3.objects(scene.bucket).find(({ key }) => key === scene.key)
  expect(spawnSync('gunzip', ['-t'], { input: object?.body() }).status).toBe(0)
})

test('a second run on the same day replaces the dump and keeps the snapshot', async () => {
  const scene = newScene(box)
  const first = (await scene.run(['run', '--json'])).json()
  await box.mariadb.query("UPDATE freescout.users SET first_name = CONCAT(first_name, '!')")
  const second = await scene.run(['run', '--json'])
  expect(second.code).toBe(0)
  expect(second.stderr).toContain('in place of the proven one')
  const report = second.json()
  expect(report['dump'].sha256).not.toBe(first['dump'].sha256)
  expect(scene.keys()).toEqual([scene.manifestKey, scene.key])
  expect(box.lightsail.calls.filter(({ operation }) => operation === 'CreateInstanceSnapshot')).toHaveLength(
    1,
  )
})

test('a failed second run leaves the first dump proven', async () => {
  const scene = newScene(box)
  const first = (await scene.run(['run', '--json'])).json()
  scene.site.dump['minBytes'] = '1GiB'
  expect((await scene.run(['run'])).code).toBe(3)
  const listed = (await scene.run(['list', '--json'])).json()
  expect(listed['dumps']).toMatchObject([{ key: scene.key, proven: true, bytes: first['dump'].bytes }])
})

test('a run after a day without a backup tells of the recovery, in one message', async () => {
  const scene = newScene(box)
  seedDump(scene.bucket, daysAgo(3))
  const ran = await scene.run(['run', '--json'])
  expect(ran.json()).toMatchObject({ outcome: 'ok', notifications: [{ channel: 'slack', delivered: true }] })
  expect(box.slack.messages).toHaveLength(1)
  expect(box.slack.messages[0]?.text).toContain('recovered')
})

function seedDump(bucket: string, date: string): void {
  const key = `${box.names.prefix}${date}.sql.gz`
  box.s3.put(bucket, key, 'not read by a backup')
  box.s3.put(
    bucket,
    `${box.names.prefix}${date}.manifest.json`,
    JSON.stringify({ schema: 'raxx.manifest/1', object: { key, bytes: 20, sha256: '' } }),
  )
}
