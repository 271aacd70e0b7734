import { writeFileSync } from 'node:fs'
import { join, dirname } from 'node:path'
import { type Sandbox, startSandbox } from '@raxx/testkit/sandbox'
import { startSshd } from '@raxx/testkit/sshd'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runApp } from './app.ts'
import { newScene } from './scene.ts'

let box: Sandbox
beforeAll(async () => {
  box = await startSandbox({ bytes: 200_000 })
})
afterAll(() => box.stop())

test.each([
  [['run', '--json'], 3],
  [['run', '--json', '--tier', 'dump'], 1],
])(
  'a wrong host key: nothing is tried on that host, and the key that was seen is told: %j',
  async (args, code) => {
    const scene = newScene(box)
    await using impostor = await startSshd()
    scene.site.host['port'] = impostor.port
    const ran = await scene.run(args)
    expect(ran.code).toBe(code)
    const { error } = ran.json()['dump']
    expect(error.code).toBe('HOST_KEY_MISMATCH')
    expect(impostor.hostKeys.some((key) => error.message.includes(key))).toBe(true)
    expect(impostor.log()).not.toMatch(/Accepted|userauth|publickey/i)
    expect(scene.keys()).toEqual([])
  },
)

test('an unknown site: exit 2, nothing tried', async () => {
  const scene = newScene(box)
  const ran = await scene.run(['run', '--site', 'nowhere', '--json'])
  expect(ran.code).toBe(2)
  expect(ran.json()).toMatchObject({
    schema: 'raxx.run/1',
    outcome: 'failed',
    error: { code: 'UNKNOWN_SITE' },
  })
  expectNothingTried()
})

test('a bad configuration: exit 2, every problem told with its path, nothing tried', async () => {
  const scene = newScene(box)
  Object.assign(scene.site.database, { password: 'hunter2hunter2', port: 'many' })
  Object.assign(scene.site.dump, { bukket: 'x', minBytes: 'lots' })
  const ran = await scene.run(['run'])
  expect(ran.code).toBe(2)
  for (const path of ['database.password', 'database.port', 'dump.bukket', 'dump.minBytes']) {
    expect(ran.stderr).toContain(`sites.freescout.${path}`)
  }
  expect(ran.stderr + ran.stdout).not.toContain('hunter2')
  expectNothingTried()
})

test('no host keys in the configuration: exit 2 for a run, which names the command that shows them', async () => {
  const scene = newScene(box)
  delete scene.site.host['hostKeys']
  const ran = await scene.run(['run'])
  expect(ran.code).toBe(2)
  expect(ran.stderr).toContain('raxx-backup trust')
  expectNothingTried()
})

test('no configuration, wrong options and unknown commands: exit 2, in a line, and in JSON where it was asked for', async () => {
  const none = await runApp(['run', '--json', '--config', '/nonexistent.yaml'], box.env)
  expect(none.code).toBe(2)
  expect(none.json()).toMatchObject({
    error: { code: 'USAGE', message: expect.stringContaining('/nonexistent.yaml') },
  })
  for (const args of [['run', '--tier', 'third'], ['run', '--nonsense'], ['destroy'], []]) {
    const ran = await runApp(args, box.env)
    expect(ran.code).toBe(2)
    expect(ran.stdout).toBe('')
  }
  const json = await runApp(['run', '--nonsense', '--json'], box.env)
  expect(json.code).toBe(2)
  expect(json.json()).toMatchObject({ outcome: 'failed', error: { code: 'USAGE' } })
})

test('--help and --version go to stdout and exit 0', async () => {
  const help = await runApp(['--help'], {})
  expect(help.code).toBe(0)
  expect(help.stdout).toContain('run')
  const version = await runApp(['--version'], {})
  expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
})

test('trust prints every key of the host as it stands in the configuration, without logging in', async () => {
  const scene = newScene(box)
  delete scene.site.host['hostKeys']
  const ran = await scene.run(['trust'])
  expect(ran.code).toBe(0)
  for (const key of box.sshd.hostKeys) expect(ran.stdout).toContain(`- "${key}"`)
  expect(box.ssm.calls).toEqual([])
})

test('matrix lists every site, whatever --site says', async () => {
  const file = join(dirname(box.configFile), 'two.yaml')
  writeFileSync(
    file,
    'sites:\n  a: {region: us-east-1, snapshot: {instance: a1, namePrefix: a-}}\n  b: {region: eu-west-1, snapshot: {instance: b1, namePrefix: b-}}\n',
  )
  const ran = await runApp(['matrix', '--config', file], {})
  expect(ran.json()).toEqual({
    include: [
      { site: 'a', region: 'us-east-1' },
      { site: 'b', region: 'eu-west-1' },
    ],
  })
  const unnamed = await runApp(['run', '--config', file], box.env)
  expect(unnamed.code).toBe(2)
})

test('a site with nothing to back up, or without the tier that was asked for: exit 2', async () => {
  const scene = newScene(box)
  Reflect.deleteProperty(scene.site, 'snapshot')
  expect((await scene.run(['run', '--tier', 'snapshot', '--json'])).json()).toMatchObject({
    error: { code: 'USAGE' },
  })
  Reflect.deleteProperty(scene.site, 'dump')
  expect((await scene.run(['run'])).code).toBe(2)
})

test('list says that it could not look, rather than that there is nothing', async () => {
  const scene = newScene(box)
  box.s3.faults.add({ on: 'ListObjectsV2', answer: { error: { status: 403, code: 'AccessDenied' } } })
  box.s3.addBucket(scene.bucket)
  const text = await scene.run(['list'])
  expect(text.code).toBe(3)
  expect(text.stdout).toContain('dumps: could not be listed')
  expect(text.stderr).toContain('ACCESS_DENIED')
  const json = (await scene.run(['list', '--json'])).json()
  expect(json).toMatchObject({ dumps: null, snapshots: [], errors: { dumps: { code: 'ACCESS_DENIED' } } })
})

function expectNothingTried(): void {
  for (const server of [box.s3, box.ssm, box.lightsail, box.slack]) expect(server.calls).toEqual([])
}
