import { planRetention } from '@raxx/retention'
import { describe, expect, test } from 'vitest'
import { type Backup, listBackups, removeBackups, S3RetentionError } from '../src/index.ts'
import { daysAgo, now, startSite, type TestSite } from './site.ts'

const policy = { days: 30, atLeast: 7 }
const list = (site: TestSite): Promise<Backup[]> => Array.fromAsync(listBackups(site.store))
const prune = async (site: TestSite): Promise<readonly string[]> =>
  (await removeBackups(site.store, planRetention(await list(site), policy, now))).removed
const key = (site: TestSite, date: string): string => `${site.store.prefix}${date}.sql.gz`
const dates = (site: TestSite, ending = '.sql.gz'): string[] =>
  site
    .names()
    .filter((name) => name.endsWith(ending) && !name.includes('/'))
    .map((name) => name.replace(ending, ''))
    .toReversed()
const days = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => daysAgo(from + index))

describe('pruning', () => {
  test('removes dumps of more than 30 days with their manifests, oldest first, and nothing else', async () => {
    await using site = await startSite()
    for (const date of days(0, 39)) site.add(date)
    const others = [
      '2026-10-01.sql.gz.bak',
      '2026-02-30.sql.gz',
      '2026-10-01.SQL.GZ',
      'safety/2026-10-01.sql.gz',
      'safety/2026-10-01.manifest.json',
      'drills/2026-10-01.json',
      '2026-10-01.manifest.json.old',
      'notes.txt',
    ]
    for (const name of others) site.server.put(site.store.bucket, site.store.prefix + name, 'not ours')
    expect(await prune(site)).toEqual(
      days(31, 39)
        .toReversed()
        .map((date) => key(site, date)),
    )
    expect(site.names().toSorted()).toEqual(
      [...days(0, 30).flatMap((date) => [`${date}.sql.gz`, `${date}.manifest.json`]), ...others].toSorted(),
    )
    expect(await prune(site)).toEqual([])
  })

  test('keeps the last seven proven, however old, and what is newer', async () => {
    await using site = await startSite()
    for (const date of days(100, 109)) site.add(date)
    for (const date of days(90, 95)) site.add(date, { manifest: false })
    await prune(site)
    expect(dates(site)).toEqual([...days(90, 95), ...days(100, 106)])
  })

  test('counts nothing that is not proven: forty newer unproven dumps let nothing go', async () => {
    await using site = await startSite()
    for (const date of days(0, 39)) site.add(date, { manifest: { bytes: 1 } })
    for (const date of days(60, 65)) site.add(date)
    site.asked()
    expect(await prune(site)).toEqual([])
    expect(dates(site)).toHaveLength(46)
    expect(site.asked()).not.toContain('DeleteObjects')
  })

  test('removes old unproven dumps too, once seven newer proven ones exist', async () => {
    await using site = await startSite()
    for (const date of days(0, 6)) site.add(date)
    site.add(daysAgo(50), { manifest: false })
    site.add(daysAgo(51), { manifest: '{"half":' })
    expect(await prune(site)).toHaveLength(2)
    expect(dates(site)).toEqual(days(0, 6))
    expect(dates(site, '.manifest.json')).toEqual(days(0, 6))
  })

  test('removes more than a thousand, a thousand at a time', async () => {
    await using site = await startSite()
    for (const date of days(0, 1250)) site.add(date, { manifest: false })
    for (const date of days(0, 9)) site.add(date)
    site.add(daysAgo(1250))
    site.server.pageSize = 400
    expect(await prune(site)).toHaveLength(1220)
    expect(dates(site)).toEqual(days(0, 30))
    expect(dates(site, '.manifest.json')).toEqual(days(0, 9))
    expect(site.asked().filter((operation) => operation === 'DeleteObjects')).toHaveLength(3)
  })

  test('of nothing asks nothing of S3', async () => {
    await using site = await startSite()
    site.add(daysAgo(0))
    const plan = planRetention(await list(site), policy, now)
    site.asked()
    expect(await removeBackups(site.store, plan)).toEqual({ removed: [] })
    expect(site.asked()).toEqual([])
  })

  test('removes only what the plan printed, though more has come since', async () => {
    await using site = await startSite()
    for (const date of days(0, 35)) site.add(date)
    const plan = planRetention(await list(site), policy, now)
    site.add(daysAgo(80))
    const { removed } = await removeBackups(site.store, plan)
    expect(removed.toSorted()).toEqual(plan.remove.map(({ item }) => item.key).toSorted())
    expect(dates(site)).toContain(daysAgo(80))
  })
})

describe('a removal that S3 does not do in full', () => {
  test('tells each key that stayed with S3’s reason, and what went', async () => {
    await using site = await startSite()
    for (const date of days(0, 34)) site.add(date)
    site.server.denyDelete(key(site, daysAgo(32)))
    site.server.denyDelete(key(site, daysAgo(33)).replace('.sql.gz', '.manifest.json'))
    const error = await prune(site).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(S3RetentionError)
    expect(error).toMatchObject({
      code: 'DELETE_FAILED',
      removed: [key(site, daysAgo(34)), key(site, daysAgo(31))],
      failed: [
        {
          key: expect.stringContaining(`${daysAgo(33)}.manifest.json`),
          code: 'AccessDenied',
          message: 'Access Denied',
        },
        { key: key(site, daysAgo(32)), code: 'AccessDenied' },
      ],
      message: expect.stringMatching(
        new RegExp(
          `^2 of 4 backups were removed from s3://raxx-backups/db-backups/freescout/; .*${daysAgo(32)}.sql.gz \\(AccessDenied: `,
        ),
      ),
      hint: expect.stringContaining('s3:DeleteObject on arn:aws:s3:::raxx-backups/db-backups/freescout/*'),
    })
    // The dump whose manifest could not go stays proven.
    expect(dates(site)).toEqual([...days(0, 30), daysAgo(32), daysAgo(33)])
    expect(dates(site, '.manifest.json')).toEqual([...days(0, 30), daysAgo(33)])
  })

  test('is done by the next one, with nothing cleaned up by hand', async () => {
    await using site = await startSite()
    for (const date of days(0, 34)) site.add(date)
    const allow = [
      site.server.denyDelete(key(site, daysAgo(32))),
      site.server.denyDelete(key(site, daysAgo(33))),
    ]
    await expect(prune(site)).rejects.toMatchObject({ code: 'DELETE_FAILED' })
    for (const undo of allow) undo()
    expect(await prune(site)).toHaveLength(2)
    expect(site.names()).toHaveLength(62)
  })

  test('goes from manifest to dump: cut between the two, no manifest is left without its dump', async () => {
    await using site = await startSite()
    for (const date of days(0, 34)) site.add(date)
    const heal = site.server.faults.add({ on: 'DeleteObjects', nth: 2, answer: { cut: true } })
    await expect(prune(site)).rejects.toMatchObject({
      code: 'DELETE_FAILED',
      removed: [],
      hint: expect.any(String),
    })
    expect(dates(site)).toEqual(days(0, 34))
    expect(dates(site, '.manifest.json')).toEqual(days(0, 30))
    heal()
    expect(await prune(site)).toHaveLength(4)
    expect(site.names()).toHaveLength(62)
  })

  test('stops at a request that fails as a whole, and names the right that is missing', async () => {
    await using site = await startSite()
    for (const date of days(0, 1100)) site.add(date, { manifest: false })
    for (const date of days(0, 9)) site.add(date)
    const held = site.names().length
    site.server.faults.add({ on: 'DeleteObjects', answer: { error: { status: 403, code: 'AccessDenied' } } })
    await expect(prune(site)).rejects.toMatchObject({
      code: 'DELETE_FAILED',
      removed: [],
      hint: expect.stringContaining('s3:DeleteObject'),
      cause: { name: 'AccessDenied' },
    })
    expect(site.names()).toHaveLength(held)
    expect(site.asked().filter((operation) => operation === 'DeleteObjects')).toHaveLength(1)
  })

  test('and whose answer was lost after S3 had done it is a success when the SDK asks again', async () => {
    await using site = await startSite({ maxAttempts: 3 })
    for (const date of days(0, 34)) site.add(date)
    site.server.faults.add({
      on: 'DeleteObjects',
      times: 1,
      answer: { error: { status: 500, code: 'InternalError' }, applied: true },
    })
    expect(await prune(site)).toHaveLength(4)
  })

  test('and says nothing of a key: that key does not count as gone', async () => {
    await using site = await startSite()
    for (const date of days(0, 31)) site.add(date, { manifest: {} })
    // S3 has answers of status 200 that carry an error in their body.
    site.server.faults.add({ on: 'DeleteObjects', answer: { error: { status: 200, code: 'InternalError' } } })
    await expect(prune(site)).rejects.toMatchObject({ code: 'DELETE_FAILED', removed: [] })
    expect(dates(site)).toHaveLength(32)
  })
})

describe('nothing is removed', () => {
  test('when the newest proven dump is gone, replaced or unproven since the listing', async () => {
    const changes: ((site: TestSite) => void)[] = [
      // As another run on the same day does: the manifest goes just before the new dump takes the old one’s place.
      (site) => site.add(daysAgo(0), { manifest: 'null' }),
      (site) =>
        site.server.put(site.store.bucket, key(site, daysAgo(0)), 'other bytes than the manifest says'),
      (site) =>
        void site.server.faults.add({
          on: 'HeadObject',
          answer: { error: { status: 404, code: 'NotFound' } },
        }),
      (site) =>
        void site.server.faults.add({
          on: 'GetObject',
          where: ({ input }) => JSON.stringify(input).includes(daysAgo(0)),
          answer: { error: { status: 404, code: 'NoSuchKey' } },
        }),
    ]
    for (const change of changes) {
      await using site = await startSite()
      for (const date of days(0, 39)) site.add(date)
      const plan = planRetention(await list(site), policy, now)
      change(site)
      site.asked()
      await expect(removeBackups(site.store, plan)).rejects.toMatchObject({
        code: 'STALE_PLAN',
        message: expect.stringContaining(`${daysAgo(0)}.sql.gz as the newest proven dump, but it is`),
        hint: expect.any(String),
      })
      expect(site.asked()).not.toContain('DeleteObjects')
      expect(site.names()).toHaveLength(80)
    }
  })

  test('when the newest cannot be looked at', async () => {
    await using site = await startSite()
    for (const date of days(0, 39)) site.add(date)
    const plan = planRetention(await list(site), policy, now)
    site.server.faults.add({ on: 'HeadObject', answer: { error: { status: 403, code: 'AccessDenied' } } })
    await expect(removeBackups(site.store, plan)).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
      hint: 'Allow s3:GetObject on arn:aws:s3:::raxx-backups/db-backups/freescout/*.',
    })
    expect(site.names()).toHaveLength(80)
  })

  test('for a plan that counted on today’s dump before it was made, until it is there and proven', async () => {
    await using site = await startSite()
    for (const date of days(1, 39)) site.add(date)
    const today = {
      ...((await list(site))[0] as Backup),
      date: daysAgo(0),
      id: key(site, daysAgo(0)),
      bytes: 0,
    }
    const [at, manifestKey] = [
      new Date(`${today.date}T00:00:00Z`),
      `${site.store.prefix}${today.date}.manifest.json`,
    ]
    const planned = [{ ...today, at, key: today.id, manifestKey }, ...(await list(site))]
    const plan = planRetention(planned, policy, now)
    await expect(removeBackups(site.store, plan)).rejects.toMatchObject({ code: 'STALE_PLAN' })
    site.add(today.date, { manifest: false })
    await expect(removeBackups(site.store, plan)).rejects.toMatchObject({ code: 'STALE_PLAN' })
    site.add(today.date)
    expect((await removeBackups(site.store, plan)).removed).toHaveLength(9)
  })

  test('for a plan that planRetention did not make', async () => {
    await using site = await startSite()
    for (const date of days(0, 39)) site.add(date)
    const plan = planRetention(await list(site), policy, now)
    for (const forged of [
      { ...plan },
      structuredClone({ keep: plan.keep, remove: plan.remove }),
      ['2026-10-01'],
    ]) {
      await expect(removeBackups(site.store, forged as typeof plan)).rejects.toMatchObject({
        code: 'NOT_DECIDED',
      })
    }
    expect(site.names()).toHaveLength(80)
  })

  test('for backups that were written by hand, or listed in another bucket or under another prefix', async () => {
    await using site = await startSite()
    for (const date of days(0, 39)) site.add(date)
    const backups = await list(site)
    const byHand = planRetention(
      backups.map((backup) => ({ ...backup })),
      policy,
      now,
    )
    const listed = planRetention(backups, policy, now)
    const { store } = site
    for (const [otherStore, plan] of [
      [store, byHand],
      [{ ...store, bucket: 'raxx-other' }, listed],
      [{ ...store, prefix: 'db-backups/' }, listed],
    ] as const) {
      await expect(removeBackups(otherStore, plan)).rejects.toMatchObject({ code: 'NOT_DECIDED' })
    }
    expect(() => Object.assign(backups[39] ?? {}, { key: backups[0]?.key })).toThrow(TypeError)
    expect(site.names()).toHaveLength(80)
  })

  test('after an abort', async () => {
    await using site = await startSite()
    for (const date of days(0, 39)) site.add(date)
    const plan = planRetention(await list(site), policy, now)
    const signal = AbortSignal.abort(new Error('SIGTERM'))
    await expect(removeBackups(site.store, plan, { signal })).rejects.toThrow('SIGTERM')
    expect(site.names()).toHaveLength(80)

    const interrupted = new AbortController()
    site.asked()
    site.server.faults.add({ on: 'DeleteObjects', answer: { hang: true } })
    const removal = removeBackups(site.store, plan, { signal: interrupted.signal })
    await expect.poll(() => site.server.calls.at(-1)?.operation).toBe('DeleteObjects')
    interrupted.abort(new Error('SIGINT'))
    await expect(removal).rejects.toThrow('SIGINT')
  })
})
