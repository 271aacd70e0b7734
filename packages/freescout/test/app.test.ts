import { rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { localShell, type Shell } from '@raxx/ssh-stream'
import { fillFreescout, freescoutEnv } from '@raxx/testkit/freescout'
import { startFreescoutHost, type FreescoutHost } from '@raxx/testkit/freescout-host'
import { startMariadb, type MariadbServer } from '@raxx/testkit/mariadb'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  clearCaches,
  dropQuarantinedJobs,
  missingAttachments,
  pendingJobs,
  quarantineJobs,
  readApp,
  readDatabasePassword,
  restoreJobs,
} from '../src/index.ts'

const PASSWORD = `S3cr#t pa$$=w"x'\\ %41;&`
const KEY = `base64:${Buffer.alloc(32, 7).toString('base64')}`
let mariadb: MariadbServer
let host: FreescoutHost
let shell: Shell
beforeAll(async () => {
  mariadb = await startMariadb()
  await fillFreescout(mariadb, 'freescout', { bytes: 1_000_000, seed: 1 })
})
afterAll(() => mariadb.stop())
beforeEach(async () => {
  host = await startFreescoutHost({ mariadb })
  shell = localShell({ env: host.env })
})
afterEach(() => host.stop())
const env = (text: string): void => writeFileSync(join(host.appDir, '.env'), text)

describe('readApp', () => {
  test('tells version, owner and settings, and of the key its fingerprint', async () => {
    const app = await readApp(shell, host)
    expect(app).toEqual({
      version: '1.8.242',
      keyFingerprint: expect.stringMatching(/^[0-9a-f]{32}$/),
      appUser: 'root',
      env: {
        dbName: 'freescout',
        dbUser: 'freescout',
        dbHost: '127.0.0.1',
        dbPort: mariadb.port,
        url: 'https://tickets.example.com',
        queueDriver: 'database',
      },
    })
    expect(inspect(app)).not.toContain(KEY.slice(7, 20))
  })

  test('the fingerprint is one of the key alone, wherever and however it is written', async () => {
    const { keyFingerprint } = await readApp(shell, host)
    env(`APP_KEY="${KEY}"\nDB_PASSWORD=other`)
    expect((await readApp(shell, host)).keyFingerprint).toBe(keyFingerprint)
    const file = join(host.appDir, '../key')
    writeFileSync(file, `${KEY}\n`)
    env(`APP_KEY=\nAPP_KEY_FILE="${file}"`)
    expect((await readApp(shell, host)).keyFingerprint).toBe(keyFingerprint)
    env(freescoutEnv({ dbPassword: 'x', appKey: `base64:${Buffer.alloc(32, 8).toString('base64')}` }))
    expect((await readApp(shell, host)).keyFingerprint).not.toBe(keyFingerprint)
  })

  test.each<[string, string, () => void]>([
    ['ENV_MISSING', 'no .env', () => rmSync(join(host.appDir, '.env'))],
    ['APP_MISSING', 'no artisan', () => rmSync(join(host.appDir, 'artisan'))],
    ['KEY_MISSING', 'no key', () => env('DB_PASSWORD=hidden')],
    ['KEY_MISSING', 'no key file', () => env('APP_KEY_FILE=/nowhere\nDB_PASSWORD=hidden')],
    ['VERSION_UNKNOWN', 'no version', () => rmSync(join(host.appDir, 'config/app.php'))],
    ['ENV_INVALID', 'spaces without quotes', () => env(`APP_KEY=${KEY}\nDB_PASSWORD=hidden away`)],
  ])('%s with %s, and no secret in the error', async (code, _, spoil) => {
    spoil()
    const error = await readApp(shell, host).catch((e: unknown) => e)
    expect(error).toMatchObject({ name: 'FreescoutError', code, hint: expect.any(String) })
    expect(inspect(error, { depth: 10 })).not.toMatch(/hidden|base64:/)
  })

  test('a login shell that prints is named', async () => {
    const noisy = { run: async () => ({ stdout: 'Welcome!\nok\n' }) }
    await expect(readApp(noisy, host)).rejects.toMatchObject({
      code: 'UNEXPECTED_OUTPUT',
      message: expect.not.stringContaining('Welcome'),
      hint: expect.stringContaining('.bashrc'),
    })
  })
})

describe('readDatabasePassword', () => {
  test.each([
    [freescoutEnv({ dbPassword: PASSWORD, appKey: KEY }), PASSWORD],
    ['DB_PASSWORD=', ''],
    ['DB_PASSWORD=null', ''],
    [String.raw`DB_PASSWORD='"inner"'`, 'inner'], // Laravel's env() takes these quotes away too
  ])('reads %j as Laravel does', async (text, password) => {
    env(text)
    expect(await readDatabasePassword(shell, host)).toBe(password)
  })
  test('rejects where there is none', async () => {
    env('APP_KEY=x')
    await expect(readDatabasePassword(shell, host)).rejects.toMatchObject({ code: 'PASSWORD_MISSING' })
  })
})

describe('clearCaches', () => {
  test('clears, with freescout:clear-cache last, as the user whom the files belong to', async () => {
    const chown = process.getuid?.() === 0 ? `chown -R www-data '${host.appDir}'` : ':'
    await shell.run(`${chown}; echo stale >'${host.appDir}/storage/framework/cache/stale'`)
    await clearCaches(shell, host)
    expect(host.calls().filter((call) => call.startsWith('php'))).toEqual([
      'php artisan cache:clear',
      'php artisan config:cache',
      'php artisan freescout:clear-cache',
    ])
    const owner = statSync(host.appDir).uid
    expect(statSync(join(host.appDir, 'bootstrap/cache/config.php')).uid).toBe(owner)
    expect(statSync(join(host.appDir, 'storage/framework/cache')).uid).toBe(owner)
    expect(() => statSync(join(host.appDir, 'storage/framework/cache/stale'))).toThrow('ENOENT')
  })

  test('names the command that fails', async () => {
    host.failCommand('config:cache')
    await expect(clearCaches(shell, host)).rejects.toMatchObject({
      code: 'CACHE_NOT_CLEARED',
      message: expect.stringContaining('config:cache'),
    })
  })
})

describe('jobs', () => {
  const staged = 'staged `copy`'
  const jobs = (table: string): Promise<string[][]> =>
    mariadb.query(
      `SELECT queue, MD5(payload), attempts, available_at, created_at FROM \`${table}\` ORDER BY 2`,
      {
        database: staged,
      },
    )
  beforeEach(async () => {
    await mariadb.query('CREATE DATABASE `staged ``copy```')
    await mariadb.query('CREATE TABLE jobs LIKE freescout.jobs', { database: staged })
    await mariadb.query(
      String.raw`INSERT INTO jobs (id, queue, payload, attempts, reserved_at, available_at, created_at) VALUES
        (3, 'emails', '{"displayName":"App\\\\Jobs\\\\SendReplyToCustomer","x":"secret"}', 1, 99, 5, 4),
        (7, 'emails', '{"displayName":"App\\\\Jobs\\\\SendReplyToCustomer"}', 0, NULL, 6, 5),
        (8, 'default', 'not json', 0, NULL, 7, 6)`,
      { database: staged },
    )
  })
  afterEach(() => mariadb.query('DROP DATABASE `staged ``copy```'))

  test('counts what waits, by class', async () => {
    const pending = await pendingJobs(mariadb, staged)
    expect(pending).toEqual({
      count: 3,
      kinds: [
        { name: 'App\\Jobs\\SendReplyToCustomer', count: 2 },
        { name: 'unknown', count: 1 },
      ],
    })
  })

  test('puts all aside, twice if need be, and all of it back', async () => {
    const before = await jobs('jobs')
    const quarantine = quarantineJobs(staged).join(';\n')
    await mariadb.query(quarantine)
    await mariadb.query(quarantine)
    expect(await pendingJobs(mariadb, staged)).toEqual({ count: 0, kinds: [] })
    expect(await jobs('raxx_quarantined_jobs')).toEqual(before)

    await mariadb.query(restoreJobs(staged).join(';\n'))
    expect(await jobs('jobs')).toEqual(before)
    expect(await jobs('raxx_quarantined_jobs')).toEqual([])
    expect(
      await mariadb.query('SELECT COUNT(*) FROM jobs WHERE reserved_at IS NOT NULL', { database: staged }),
    ).toEqual([['0']])
    await mariadb.query(dropQuarantinedJobs(staged))
    expect(await mariadb.query('SHOW TABLES', { database: staged })).toEqual([['jobs']])
  })

  test('a worker that comes up afterwards sends nothing', async () => {
    await mariadb.query('RENAME TABLE freescout.jobs TO freescout.jobs_kept')
    await mariadb.query(`RENAME TABLE \`staged \`\`copy\`\`\`.jobs TO freescout.jobs`)
    await mariadb.query(quarantineJobs('freescout').join(';\n'))
    await host.startCron(100)
    await expect.poll(() => host.written(), { timeout: 10_000 }).toBeGreaterThan(3)
    expect(host.sent()).toEqual([])
    await mariadb.query(`${dropQuarantinedJobs('freescout')}; DROP TABLE freescout.jobs`)
    await mariadb.query('RENAME TABLE freescout.jobs_kept TO freescout.jobs')
  })
})

describe('missingAttachments', () => {
  test('counts files that are not there, naming ids alone', async () => {
    await host.writeAttachments()
    const options = { appDir: host.appDir, database: 'freescout' }
    const all = await missingAttachments(shell, mariadb, options)
    expect(all).toMatchObject({ missing: 0, ids: [] })
    expect(all.rows).toBeGreaterThan(10)

    await mariadb.query(
      `INSERT INTO attachments (id, file_dir, file_name, mime_type, type) VALUES
        (900001, '1/2/1/', 'no\\nsuch \\'file\\'; touch x', 'text/plain', 0), (900002, NULL, '../../../.env', 'x', 0), (900003, '9/', '-n', 'x', 0)`,
      { database: 'freescout' },
    )
    const some = await missingAttachments(shell, mariadb, { ...options, limit: 1 })
    expect(some).toEqual({ rows: all.rows + 3, missing: 2, ids: [900_001] })
    await mariadb.query('DELETE FROM attachments WHERE id > 900000', { database: 'freescout' })
  })

  test('without their folder all are missing, and without a FreeScout nothing is said', async () => {
    const options = { appDir: host.appDir, database: 'freescout' }
    rmSync(join(host.appDir, 'storage/app/attachment'), { recursive: true })
    const { rows, missing, ids } = await missingAttachments(shell, mariadb, options)
    expect([missing, ids.length]).toEqual([rows, 10])
    await expect(
      missingAttachments(shell, mariadb, { ...options, appDir: '/nowhere' }),
    ).rejects.toMatchObject({
      code: 'APP_MISSING',
    })
    host.refuseSudo()
    await expect(missingAttachments(shell, mariadb, options)).rejects.toMatchObject({ code: 'SUDO_REFUSED' })
  })
})
