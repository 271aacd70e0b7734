import { describe, expect, test } from 'vitest'
import { type Backup, listBackups } from '../src/index.ts'
import { daysAgo, startSite, storeThatAnswers } from './site.ts'

const all = (...args: Parameters<typeof listBackups>): Promise<Backup[]> =>
  Array.fromAsync(listBackups(...args))

describe('a listing', () => {
  test('gives the dated dumps newest first, by the date in their key, and whether each is proven', async () => {
    await using site = await startSite()
    site.add('2026-11-20', { manifest: false })
    site.add('2026-11-22', { body: 'twelve bytes' })
    site.add('2026-11-21', { body: 'twelve bytes', manifest: { bytes: 10 } })
    const backups = await all(site.store)
    expect(backups.map(({ date, sound, unproven }) => ({ date, sound, unproven }))).toEqual([
      { date: '2026-11-22', sound: true, unproven: undefined },
      { date: '2026-11-21', sound: false, unproven: 'its manifest says 10 bytes, the object has 12' },
      { date: '2026-11-20', sound: false, unproven: 'no manifest' },
    ])
    expect(backups[0]).toEqual({
      id: 'db-backups/freescout/2026-11-22.sql.gz',
      key: 'db-backups/freescout/2026-11-22.sql.gz',
      manifestKey: 'db-backups/freescout/2026-11-22.manifest.json',
      at: new Date('2026-11-22T00:00:00Z'),
      date: '2026-11-22',
      sound: true,
      bytes: 12,
      lastModified: new Date('2026-11-22T06:17:00Z'),
      manifest: {
        schema: 'raxx.manifest/1',
        object: { key: 'db-backups/freescout/2026-11-22.sql.gz', bytes: 12 },
      },
    })
  })

  test('sees nothing of objects of other names, nor what is below or beside the prefix', async () => {
    await using site = await startSite()
    site.add('2026-11-22')
    for (const name of [
      '2026-11-22.sql.gz.bak',
      'safety/2026-11-22.sql.gz',
      'safety/2026-11-22.manifest.json',
      '2026-02-30.sql.gz',
      '2026-11-21.SQL.GZ',
      // Read as plain XML, some of these would turn into a dump's name.
      '2026-11-20.sql.gz\u0001',
      '2026-11-20.sql.gz\n',
      '2026-11-20.sql.gz\r',
      '2026-11-20.sql.gz ',
      '2026-11-20.sql%2Egz',
      '2026-11-20.sql+gz',
      '2026-11-19 .sql.gz',
      '2026-11-18.manifest.json',
    ]) {
      site.server.put(site.store.bucket, site.store.prefix + name, 'x')
    }
    site.server.put(site.store.bucket, 'db-backups/freescout2026-11-22.sql.gz', 'x')
    site.server.put(site.store.bucket, '2026-11-22.sql.gz', 'x')
    expect((await all(site.store)).map(({ key }) => key)).toEqual(['db-backups/freescout/2026-11-22.sql.gz'])
    expect(site.asked()).toEqual(['ListObjectsV2', 'GetObject'])
  })

  test('finds dumps under a prefix of any text', async () => {
    await using site = await startSite()
    const prefix = 'Büro + Köln/a b%20c/=&?/'
    const key = `${prefix}2026-11-22.sql.gz`
    site.server.put(site.store.bucket, key, 'dump')
    site.server.put(
      site.store.bucket,
      `${prefix}2026-11-22.manifest.json`,
      JSON.stringify({ object: { key, bytes: 4 } }),
    )
    expect(await all({ ...site.store, prefix })).toMatchObject([{ key, sound: true }])
  })

  test('reads all pages: more than a thousand dumps', async () => {
    await using site = await startSite()
    for (let days = 0; days < 1200; days++) site.add(daysAgo(days), { manifest: false })
    const backups = await all(site.store)
    expect(backups.map(({ date }) => date)).toEqual(Array.from({ length: 1200 }, (_, days) => daysAgo(days)))
    expect(site.asked()).toEqual(['ListObjectsV2', 'ListObjectsV2'])
    site.server.pageSize = 7
    expect(await all(site.store)).toHaveLength(1200)
  })

  test('does not read through what is below the prefix', async () => {
    await using site = await startSite()
    site.server.pageSize = 10
    for (let number = 0; number < 100; number++) {
      site.server.put(site.store.bucket, `${site.store.prefix}drills/${number}.json`, 'x')
    }
    site.add('2026-11-22')
    expect(await all(site.store)).toHaveLength(1)
    expect(site.asked().filter((operation) => operation === 'ListObjectsV2')).toHaveLength(1)
  })

  test('reads no more manifests than the caller goes, and eight ahead', async () => {
    await using site = await startSite()
    for (let days = 0; days < 100; days++) site.add(daysAgo(days))
    let begun = 0
    site.store.client.middlewareStack.add(
      (next, context) => (args) => {
        if (context.commandName === 'GetObjectCommand') begun += 1
        return next(args)
      },
      { step: 'initialize' },
    )
    for await (const backup of listBackups(site.store)) {
      expect(backup.date).toBe(daysAgo(0))
      break
    }
    expect(begun).toBe(9)
  })

  test('of an empty bucket is empty', async () => {
    await using site = await startSite()
    expect(await all(site.store)).toEqual([])
  })
})

describe('a dump is not proven by', () => {
  test.each([
    ['an empty manifest', '', 'its manifest is not JSON'],
    ['half a manifest', '{"object":{"key":', 'its manifest is not JSON'],

    [
      'the manifest of another day',
      '{"object":{"key":"db-backups/freescout/2026-11-21.sql.gz","bytes":26}}',
      'its manifest names another key, db-backups/freescout/2026-11-21.sql.gz',
    ],
    [
      'a manifest of more than 16 MiB',
      `"${'x'.repeat(16 * 1024 * 1024)}"`,
      'its manifest is larger than 16 MiB',
    ],
  ])('%s', async (_, manifest, unproven) => {
    await using site = await startSite()
    site.add('2026-11-22', { manifest })
    expect(await all(site.store)).toMatchObject([{ sound: false, unproven }])
  })

  test('a manifest that went between the listing and the reading', async () => {
    await using site = await startSite()
    site.add('2026-11-22')
    site.server.faults.add({ on: 'GetObject', answer: { error: { status: 404, code: 'NoSuchKey' } } })
    expect(await all(site.store)).toMatchObject([{ sound: false, unproven: 'no manifest' }])
  })
})

describe('a listing rejects, rather than being shorter,', () => {
  test('when its second page fails', async () => {
    await using site = await startSite()
    for (let days = 0; days < 5; days++) site.add(daysAgo(days))
    site.server.pageSize = 4
    site.server.faults.add({
      on: 'ListObjectsV2',
      nth: 2,
      answer: { error: { status: 500, code: 'InternalError' } },
    })
    await expect(all(site.store)).rejects.toMatchObject({
      code: 'LIST_FAILED',
      message: expect.stringContaining('InternalError'),
    })
  })

  test('when a page is cut off', async () => {
    await using site = await startSite()
    for (let days = 0; days < 5; days++) site.add(daysAgo(days))
    site.server.faults.add({ on: 'ListObjectsV2', answer: { cut: true, afterBytes: 700 } })
    await expect(all(site.store)).rejects.toMatchObject({ code: 'LIST_FAILED' })
  })

  const contents =
    '<Contents><Key>db/2026-11-22.sql.gz</Key><Size>1</Size><LastModified>2026-11-22T06:17:00Z</LastModified></Contents>'
  test.each([
    ['says that there is more, and not where', `<IsTruncated>true</IsTruncated>${contents}`],
    [
      'names the same next page for ever',
      '<IsTruncated>true</IsTruncated><NextContinuationToken>a</NextContinuationToken>',
    ],
    ['does not say whether it is the last', contents],
    ['names a key twice', `<IsTruncated>false</IsTruncated>${contents}${contents}`],
    ['leaves out a size', `<IsTruncated>false</IsTruncated>${contents.replace(/<Size>.*<\/Size>/, '')}`],
    ['is empty', undefined],
  ])('when a page %s', async (_, inner) => {
    const store = await storeThatAnswers(
      inner === undefined ? '' : `<ListBucketResult>${inner}</ListBucketResult>`,
    )
    await expect(all(store)).rejects.toMatchObject({ code: 'INCOMPLETE_LISTING', hint: expect.any(String) })
  })
})

describe('what is refused is told with what to do:', () => {
  const denied = { error: { status: 403, code: 'AccessDenied', message: 'User is not authorized' } }

  test('no right to list', async () => {
    await using site = await startSite()
    site.server.faults.add({ on: 'ListObjectsV2', answer: denied })
    await expect(all(site.store)).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
      message: 'cannot list s3://raxx-backups/db-backups/freescout/: AccessDenied: User is not authorized',
      hint: 'Allow s3:ListBucket on arn:aws:s3:::raxx-backups.',
    })
  })

  test('no right to read manifests, which does not make dumps unproven', async () => {
    await using site = await startSite()
    site.add('2026-11-22')
    site.server.faults.add({ on: 'GetObject', answer: denied })
    await expect(all(site.store)).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
      hint: expect.stringContaining(
        's3:GetObject on arn:aws:s3:::raxx-backups/db-backups/freescout/*, and kms:Decrypt',
      ),
    })
  })

  test('a manifest that does not arrive whole, which does not make its dump unproven', async () => {
    await using site = await startSite()
    site.add('2026-11-22')
    site.server.faults.add({ on: 'GetObject', answer: { cut: true, afterBytes: 5 } })
    await expect(all(site.store)).rejects.toMatchObject({ code: 'READ_FAILED' })
  })

  test('no such bucket', async () => {
    await using site = await startSite()
    await expect(all({ ...site.store, bucket: 'another' })).rejects.toMatchObject({
      code: 'NO_SUCH_BUCKET',
      hint: expect.stringContaining('bucket'),
    })
  })

  test('an abort is the caller’s own reason', async () => {
    await using site = await startSite()
    site.add('2026-11-22')
    site.server.faults.add({ on: 'GetObject', answer: { hang: true } })
    const interrupted = new AbortController()
    const listing = all(site.store, { signal: interrupted.signal })
    await expect.poll(() => site.server.calls.length).toBe(2)
    interrupted.abort(new Error('SIGTERM'))
    await expect(listing).rejects.toThrow('SIGTERM')
    await expect(all(site.store, { signal: interrupted.signal })).rejects.toThrow('SIGTERM')
  })
})
