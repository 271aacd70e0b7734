import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startFreescoutHost, type FreescoutHost } from '../src/freescout-host.ts'
import { freescoutSchema } from '../src/freescout.ts'
import { startMariadb, type MariadbServer } from '../src/mariadb.ts'

const run = promisify(execFile)
let mariadb: MariadbServer
let host: FreescoutHost
const sh = (command: string): Promise<{ stdout: string }> =>
  run('/bin/sh', ['-c', command], { env: host.env, cwd: host.appDir })

beforeAll(async () => {
  mariadb = await startMariadb()
  await mariadb.query('CREATE DATABASE freescout')
  await mariadb.load('freescout', freescoutSchema())
  host = await startFreescoutHost({ mariadb })
})
afterAll(async () => {
  await host.stop()
  await mariadb.stop()
})

test('its page is FreeScout’s while the service runs, 503 in maintenance mode, and gone while the service is stopped', async () => {
  const first = await fetch(host.url, { redirect: 'manual' })
  expect([first.status, first.headers.get('location')]).toEqual([302, '/login'])
  expect(await (await fetch(host.url)).text()).toContain('name="password"')

  await sh('php artisan down')
  expect((await fetch(host.url)).status).toBe(503)
  await sh('php artisan up')

  await sh('sudo -n systemctl stop apache2')
  await expect(fetch(host.url)).rejects.toThrow('fetch failed')
  await expect(sh('systemctl is-active apache2')).rejects.toMatchObject({ code: 3, stdout: 'inactive\n' })
  await sh('sudo -n systemctl start apache2')
  expect((await fetch(host.url)).status).toBe(200)
  expect(host.calls()).toContain('systemctl stop apache2')
})

test('cron and its worker write to the database, run each job once, and pause in maintenance mode', async () => {
  await mariadb.query(
    `INSERT INTO jobs (queue, payload, attempts, available_at, created_at) VALUES ('emails', '{"displayName":"App\\\\\\\\Jobs\\\\\\\\SendReplyToCustomer"}', 0, 0, 0)`,
    { database: 'freescout' },
  )
  await host.startCron(100)
  await host.jobStarted()
  await expect.poll(() => host.sent(), { timeout: 10_000 }).toHaveLength(1)
  expect(host.sent()[0]).toMatch(/^[0-9a-f]{32}\tApp\\Jobs\\SendReplyToCustomer$/)
  await expect.poll(() => host.written(), { timeout: 10_000 }).toBeGreaterThan(3)
  const { stdout } = await run('ps', ['-eo', 'args'])
  expect(stdout).toMatch(/^php \S+ artisan queue:work --queue/m)
})

test('its files go with it, and its processes', async () => {
  await host.stop()
  expect(existsSync(host.appDir)).toBe(false)
  const { stdout } = await run('ps', ['-eo', 'args'])
  expect(stdout).not.toContain(join(host.appDir, 'artisan'))
})
