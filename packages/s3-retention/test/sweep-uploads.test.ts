import { expect, test } from 'vitest'
import { listUploads, sweepUploads } from '../src/index.ts'
import { now, startSite, type TestSite } from './site.ts'

const hourMs = 3_600_000
const stale = { olderThanMs: 24 * hourMs, now }
const open = (site: TestSite, name: string, hoursAgo: number, bucket = site.store.bucket): string =>
  site.server.openUpload(bucket, name, { initiated: new Date(now.getTime() - hoursAgo * hourMs) })
const left = (site: TestSite): string[] => site.server.uploads(site.store.bucket).map(({ key }) => key)

test('uploads that a killed run left are aborted, those of a run that may live are not', async () => {
  await using site = await startSite()
  const { prefix } = site.store
  const uploadId = open(site, `${prefix}2026-11-20.sql.gz`, 48)
  open(site, `${prefix}2026-11-20.sql.gz`, 49)
  open(site, `${prefix}2026-11-22.sql.gz`, 1)
  open(site, `${prefix}2026-11-21.sql.gz`, 24)
  const found = await listUploads(site.store, stale)
  expect(found.map(({ initiated }) => (now.getTime() - initiated.getTime()) / hourMs)).toEqual([49, 48])
  expect(found[1]).toMatchObject({ key: `${prefix}2026-11-20.sql.gz`, uploadId })
  expect(await sweepUploads(site.store, found)).toEqual(found)
  expect(left(site)).toEqual([`${prefix}2026-11-21.sql.gz`, `${prefix}2026-11-22.sql.gz`])
})

test('uploads to other keys are somebody else’s, unless the caller knows them', async () => {
  await using site = await startSite()
  const { prefix } = site.store
  const names = ['2026-11-20.sql.gz.bak', '2026-02-30.sql.gz', 'video.mp4', 'safety/2026-11-20.sql.gz'].map(
    (name) => prefix + name,
  )
  for (const name of [...names, 'video.mp4', 'db-backups/freescout2026-11-20.sql.gz']) open(site, name, 100)
  expect(await listUploads(site.store, stale)).toEqual([])
  const ours = await listUploads(site.store, { ...stale, alsoOurs: (name) => name.startsWith('safety/') })
  expect(ours.map(({ key }) => key)).toEqual([`${prefix}safety/2026-11-20.sql.gz`])
  await sweepUploads(site.store, ours)
  expect(left(site)).toHaveLength(5)
})

test('all pages are read, also where many uploads are of one key', async () => {
  await using site = await startSite()
  site.server.pageSize = 3
  for (let upload = 0; upload < 10; upload++) open(site, `${site.store.prefix}2026-11-20.sql.gz`, 48 + upload)
  for (let day = 10; day < 20; day++) open(site, `${site.store.prefix}2026-10-${day} +.sql.gz`, 48)
  const found = await listUploads(site.store, stale)
  expect(found).toHaveLength(10)
  await sweepUploads(site.store, found)
  expect(left(site)).toHaveLength(10)
})

test('one that went in the meantime counts as gone; one that stays is told, after all were tried', async () => {
  await using site = await startSite()
  const { prefix } = site.store
  for (const day of ['18', '19', '20']) open(site, `${prefix}2026-11-${day}.sql.gz`, 100)
  const found = await listUploads(site.store, stale)
  site.server.faults.add({
    on: 'AbortMultipartUpload',
    times: 1,
    answer: { error: { status: 403, code: 'AccessDenied' } },
  })
  const error: unknown = await sweepUploads(site.store, found).catch((reason: unknown) => reason)
  expect(error).toMatchObject({
    code: 'SWEEP_FAILED',
    message: expect.stringMatching(/^2 of 3 .*2026-11-18\.sql\.gz \(AccessDenied/),
    removed: [`${prefix}2026-11-19.sql.gz`, `${prefix}2026-11-20.sql.gz`],
    failed: [{ key: `${prefix}2026-11-18.sql.gz`, code: 'AccessDenied' }],
    hint: 'Allow s3:AbortMultipartUpload on arn:aws:s3:::raxx-backups/db-backups/freescout/*.',
  })
  expect(await sweepUploads(site.store, found)).toHaveLength(3)
  expect(left(site)).toEqual([])
})

test('only uploads that listUploads found in this store are aborted', async () => {
  await using site = await startSite()
  open(site, `${site.store.prefix}2026-11-20.sql.gz`, 48)
  const found = await listUploads(site.store, stale)
  const byHand = found.map((upload) => ({ ...upload }))
  await expect(sweepUploads(site.store, byHand)).rejects.toMatchObject({ code: 'NOT_DECIDED' })
  await expect(sweepUploads({ ...site.store, bucket: 'other' }, found)).rejects.toMatchObject({
    code: 'NOT_DECIDED',
  })
  expect(left(site)).toHaveLength(1)
})

test('no right to list uploads is told; an age that is none is refused', async () => {
  await using site = await startSite()
  site.server.faults.add({
    on: 'ListMultipartUploads',
    answer: { error: { status: 403, code: 'AccessDenied' } },
  })
  await expect(listUploads(site.store, stale)).rejects.toMatchObject({
    code: 'ACCESS_DENIED',
    hint: 'Allow s3:ListBucketMultipartUploads on arn:aws:s3:::raxx-backups.',
  })
  for (const wrong of [{ olderThanMs: Number.NaN }, { olderThanMs: -1 }, { now: new Date('never') }]) {
    await expect(listUploads(site.store, { ...stale, ...wrong })).rejects.toMatchObject({
      code: 'INVALID_AGE',
    })
  }
})

test('an abort is the caller’s own reason', async () => {
  await using site = await startSite()
  open(site, `${site.store.prefix}2026-11-20.sql.gz`, 48)
  const found = await listUploads(site.store, stale)
  const signal = AbortSignal.abort(new Error('SIGTERM'))
  await expect(sweepUploads(site.store, found, { signal })).rejects.toThrow('SIGTERM')
  await expect(listUploads(site.store, { ...stale, signal })).rejects.toThrow('SIGTERM')
  expect(left(site)).toHaveLength(1)
})
