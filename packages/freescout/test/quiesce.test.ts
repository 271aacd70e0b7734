import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect, localShell, type Shell } from '@raxx/ssh-stream'
import { freescoutSchema } from '@raxx/testkit/freescout'
import { startFreescoutHost, type FreescoutHost } from '@raxx/testkit/freescout-host'
import { startMariadb, type MariadbServer } from '@raxx/testkit/mariadb'
import { startSshd } from '@raxx/testkit/sshd'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { findQuiesced, listArtisan, quiesce, resumeServices } from '../src/index.ts'

interface Place {
  readonly host: FreescoutHost
  readonly shell: Shell
  readonly stop: () => Promise<void>
}

let mariadb: MariadbServer
beforeAll(async () => {
  mariadb = await startMariadb()
  await mariadb.query('CREATE DATABASE freescout')
  await mariadb.load('freescout', freescoutSchema())
})
afterAll(() => mariadb.stop())

const here = async (): Promise<Place> => {
  const host = await startFreescoutHost({ mariadb })
  return { host, shell: localShell({ env: host.env }), stop: () => host.stop() }
}
const overSsh = async (shell: '/bin/dash' | '/bin/bash'): Promise<Place> => {
  const sshd = await startSshd({ shell, hostKeyTypes: ['ed25519'] })
  const host = await startFreescoutHost({ mariadb, binDir: sshd.binDir })
  const remote = await connect(sshd)
  return {
    host,
    shell: remote,
    stop: async () => {
      await host.stop()
      await remote.close()
      await sshd.stop()
    },
  }
}

describe.each([
  ['the local shell', here],
  ['dash over SSH', () => overSsh('/bin/dash')],
  ['bash over SSH', () => overSsh('/bin/bash')],
])('over %s', (_, start) => {
  let place: Place
  beforeEach(async () => (place = await start()))
  afterEach(() => place.stop())

  test('quiescing stops every writer, and resuming puts all of it back', async () => {
    const { host, shell } = place
    await host.startCron(200)
    await expect.poll(() => commands(shell, host), { timeout: 10_000 }).toContain('queue:work')

    const state = await quiesce(shell, { appDir: host.appDir, services: [host.service] })

    expect(state).toMatchObject({
      marker: 'made',
      services: ['apache2'],
      ended: expect.arrayContaining(['queue:work']),
    })
    expect(host.isActive('apache2')).toBe(false)
    await expect(fetch(host.url)).rejects.toThrow('fetch failed')
    const before = await host.written()
    const minutes = cronMinutes(host)
    await expect.poll(() => cronMinutes(host), { timeout: 10_000 }).toBeGreaterThan(minutes + 3)
    expect(await host.written()).toBe(before)

    await resumeServices(shell, JSON.parse(JSON.stringify(state)))

    expect((await fetch(host.url)).status).toBe(200)
    await expect.poll(() => host.written(), { timeout: 10_000 }).toBeGreaterThan(before + 1)
    await expect.poll(() => commands(shell, host), { timeout: 10_000 }).toContain('queue:work')
    expect(existsSync(join(host.appDir, 'storage/framework/raxx-quiesced'))).toBe(false)
  })
})

describe('quiesce', () => {
  let host: FreescoutHost
  let shell: Shell
  beforeEach(async () => {
    host = await startFreescoutHost({ mariadb })
    shell = localShell({ env: host.env })
  })
  afterEach(() => host.stop())
  const options = (): { appDir: string; services: string[] } => ({
    appDir: host.appDir,
    services: ['apache2'],
  })

  test('waits with the site up for a job that takes its time, which then has run exactly once', async () => {
    await addJob('one')
    host.slowJobs(1)
    await host.startCron()
    await host.jobStarted()
    const quiescing = quiesce(shell, options())
    expect((await fetch(host.url)).status).toBe(200)
    await quiescing
    expect(host.sent()).toHaveLength(1)
    expect(await waiting()).toBe(0)
  })

  test('gives up on a job that does not end, naming it, with nothing changed', async () => {
    await addJob('two')
    host.slowJobs(30)
    await host.startCron()
    await host.jobStarted()
    await expect(quiesce(shell, { ...options(), graceSeconds: 1 })).rejects.toMatchObject({
      code: 'APP_BUSY',
      message: expect.stringMatching(/queue:work\(\d+\)/),
    })
    expect((await fetch(host.url)).status).toBe(200)
    expect(await findQuiesced(shell, options())).toBeUndefined()

    const forced = await quiesce(shell, { ...options(), graceSeconds: 1, force: true })
    expect(await listArtisan(shell, options())).toEqual([])
    await resumeServices(shell, forced)
  })

  test('waits for an update, and does not end it', async () => {
    writeFileSync(join(host.appDir, '../../updating'), '')
    const update = shell.run(`cd '${host.appDir}' && exec php artisan freescout:update`)
    await expect.poll(() => commands(shell, host)).toContain('freescout:update')
    await expect(quiesce(shell, { ...options(), graceSeconds: 1 })).rejects.toMatchObject({
      message: expect.stringContaining('freescout:update('),
    })
    expect(await commands(shell, host)).toContain('freescout:update')
    rmSync(join(host.appDir, '../../updating'))
    await update
  })

  test('something started by hand while the site is down makes it give up, with the site back', async () => {
    await quiesce(shell, options())
    writeFileSync(join(host.appDir, '../../updating'), '')
    const update = shell.run(`exec php '${host.appDir}/artisan' freescout:update`)
    await expect.poll(() => commands(shell, host)).toContain('freescout:update')
    await expect(quiesce(shell, { ...options(), graceSeconds: 1 })).rejects.toMatchObject({
      code: 'WRITERS_LEFT',
      message: expect.stringContaining('freescout:update('),
    })
    expect((await fetch(host.url)).status).toBe(200)
    expect(await findQuiesced(shell, options())).toBeUndefined()
    rmSync(join(host.appDir, '../../updating'))
    await update
  })

  test('what it leaves in FreeScout’s folder belongs to FreeScout’s own user', async () => {
    if (process.getuid?.() === 0) await shell.run(`chown -R www-data '${host.appDir}'`)
    const state = await quiesce(shell, options())
    const owners = ['down', 'raxx-quiesced'].map(
      (f) => statSync(join(host.appDir, 'storage/framework', f)).uid,
    )
    const { uid } = statSync(host.appDir)
    expect(owners).toEqual([uid, uid])
    await resumeServices(shell, state)
  })

  test('leaves alone what was stopped, and what somebody else had taken down', async () => {
    await shell.run(`cd '${host.appDir}' && php artisan down && systemctl stop apache2`)
    const state = await quiesce(shell, options())
    expect(state).toMatchObject({ marker: 'found', services: [] })
    await resumeServices(shell, state)
    expect(host.isActive('apache2')).toBe(false)
    expect(existsSync(join(host.appDir, 'storage/framework/down'))).toBe(true)
  })

  test('done twice, still knows what was running at first', async () => {
    await quiesce(shell, options())
    const again = await quiesce(shell, options())
    expect(again).toMatchObject({ marker: 'made', services: ['apache2'] })
    await resumeServices(shell, again)
    await resumeServices(shell, again)
    expect((await fetch(host.url)).status).toBe(200)
  })

  test('what it did is known to another process from the host alone', async () => {
    const state = await quiesce(shell, options())
    const found = await findQuiesced(shell, options())
    expect(found).toEqual({ ...state, ended: [] })
    expect(await findQuiesced(shell, { ...options(), services: ['nginx'] })).toMatchObject({ services: [] })
    await resumeServices(shell, found!)
    expect((await fetch(host.url)).status).toBe(200)
  })

  test('puts everything back when a service does not stop', async () => {
    host.addService('worker')
    host.breakService('stop')
    await expect(quiesce(shell, { ...options(), services: ['worker', 'apache2'] })).rejects.toMatchObject({
      code: 'SERVICE_STOP',
    })
    host.breakService(undefined)
    expect((await fetch(host.url)).status).toBe(200)
    expect(host.isActive('worker')).toBe(true)
    expect(existsSync(join(host.appDir, 'storage/framework/down'))).toBe(false)
  })

  test('a service that does not start is named, and can be resumed once it is repaired', async () => {
    const state = await quiesce(shell, options())
    host.breakService('start')
    await expect(resumeServices(shell, state)).rejects.toMatchObject({
      code: 'SERVICE_START',
      hint: expect.stringContaining('systemctl status apache2'),
    })
    host.breakService(undefined)
    await resumeServices(shell, (await findQuiesced(shell, options()))!)
    expect((await fetch(host.url)).status).toBe(200)
  })

  test.each([
    [{ services: ['apache'] }, 'SERVICE_UNKNOWN'],
    [{ services: ['a; reboot'] }, 'BAD_OPTION'],
    [{ services: ['--now'] }, 'BAD_OPTION'],
    [{ appDir: '/nowhere' }, 'APP_MISSING'],
  ])('refuses %j with %s, changing nothing', async (wrong, code) => {
    await expect(quiesce(shell, { ...options(), ...wrong })).rejects.toMatchObject({ code })
    expect((await fetch(host.url)).status).toBe(200)
  })

  test('says so when sudo wants a password', async () => {
    host.refuseSudo()
    await expect(quiesce(shell, options())).rejects.toMatchObject({
      code: 'SUDO_REFUSED',
      hint: expect.stringContaining('NOPASSWD'),
    })
    await expect(quiesce(shell, { ...options(), sudo: false })).resolves.toMatchObject({ sudo: false })
  })

  test('cut off in the middle, what it had done is known from the host’s note', async () => {
    const controller = new AbortController()
    const gone = quiesce(shell, { ...options(), signal: controller.signal })
    await expect.poll(() => existsSync(join(host.appDir, 'storage/framework/raxx-quiesced'))).toBe(true)
    controller.abort()
    await gone.catch(() => {})
    const found = await findQuiesced(shell, options())
    await resumeServices(shell, found!)
    expect((await fetch(host.url)).status).toBe(200)
  })
})

test('the host brings FreeScout to rest though the connection is lost, and another finds what is to be put back', async () => {
  await using sshd = await startSshd({ shell: '/bin/dash', hostKeyTypes: ['ed25519'] })
  await using host = await startFreescoutHost({ mariadb, binDir: sshd.binDir })
  const options = { appDir: host.appDir, services: ['apache2'] }
  await addJob('three')
  host.slowJobs(1)
  await host.startCron()
  await host.jobStarted()
  await using first = await connect(sshd)
  const lost = quiesce(first, options).catch((error: unknown) => error)
  await expect.poll(() => host.calls()).toContain('systemctl is-active --quiet apache2')
  sshd.killSessions()
  expect(await lost).toMatchObject({ code: 'CONNECTION_LOST' })
  expect(host.isActive('apache2')).toBe(true)

  await using second = await connect(sshd)
  const found = await findQuiesced(second, options)
  expect(found).toMatchObject({ marker: 'made', services: ['apache2'] })
  expect(host.isActive('apache2')).toBe(false) // it was waited for: nothing is stopped behind our back any more
  await resumeServices(second, found!)
  expect((await fetch(host.url)).status).toBe(200)
  expect(host.sent()).toHaveLength(1)
})

const commands = async (shell: Shell, host: FreescoutHost): Promise<string[]> =>
  (await listArtisan(shell, host)).map(({ command }) => command)
const cronMinutes = (host: FreescoutHost): number =>
  host.calls().filter((call) => call.endsWith('schedule:run')).length
const addJob = (name: string): Promise<unknown> =>
  mariadb.query(
    `INSERT INTO jobs (queue, payload, attempts, available_at, created_at) VALUES ('emails', '{"displayName":"${name}"}', 0, 0, 0)`,
    { database: 'freescout' },
  )
const waiting = async (): Promise<number> =>
  Number((await mariadb.query('SELECT COUNT(*) FROM jobs', { database: 'freescout' }))[0]?.[0])
