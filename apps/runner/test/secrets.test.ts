import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Sandbox, startSandbox } from '@raxx/testkit/sandbox'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { holdTable } from './hold-table.ts'
import { newScene } from './scene.ts'

let box: Sandbox
beforeAll(async () => {
  box = await startSandbox({ bytes: 2_000_000 })
})
afterAll(() => box.stop())

/** The command line and the environment of every process of this machine, but our own environment. */
function everyProcess(): string {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => ['cmdline', 'environ'].map((file) => join('/proc', pid, file)))
    .map((file) => {
      try {
        return readFileSync(file, 'latin1')
      } catch {
        return ''
      }
    })
    .join('\n')
}

test('the password and the key are in no argument, environment, output, object or message', async () => {
  const scene = newScene(box)
  const held = await holdTable(box.mariadb, 'freescout.threads')
  const { ended } = scene.start(['run', '--json', '--verbose'])
  await held.waitingDump()
  const processes = everyProcess()
  await held[Symbol.asyncDispose]()
  const ran = await ended
  expect(ran.code).toBe(0)
  const password = Buffer.from(box.password).toString('latin1')
  expect(processes).toContain('mariadb-dump')
  expect(processes).not.toContain(password)
  const keyLine = box.sshd.privateKey.split('\n')[2] ?? ''
  expect(keyLine.length).toBeGreaterThan(20)
  const objects = box.s3
    .objects(scene.bucket)
    .map((object) => object.body().toString('latin1'))
    .join('')
  for (const [where, text] of Object.entries({
    stdout: ran.stdout,
    stderr: ran.stderr,
    objects,
    processes,
  })) {
    expect(text.includes(keyLine), `key in ${where}`).toBe(false)
    expect(text.includes(password), `password in ${where}`).toBe(false)
  }
})

test('in GitHub Actions every line of each secret is masked before anything else; the summary and annotations hold none', async () => {
  const scene = newScene(box)
  scene.site.dump['minBytes'] = '1GiB'
  const dir = mkdtempSync(join(tmpdir(), 'raxx-summary-'))
  const summary = join(dir, 'summary.md')
  const ran = await scene.run(['run', '--json'], {
    GITHUB_ACTIONS: 'true',
    GITHUB_STEP_SUMMARY: summary,
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: 'raxx/ops',
    GITHUB_RUN_ID: '7',
  })
  expect(ran.code).toBe(3)
  const lines = ran.stderr.split('\n')
  const masked = lines
    .filter((line) => line.startsWith('::add-mask::'))
    .map((line) => line.slice('::add-mask::'.length))
  for (const line of box.sshd.privateKey.split('\n').filter((one) => one !== '')) {
    expect(masked).toContain(line)
  }
  expect(masked).toContain(box.password.replaceAll('%', '%25'))
  const rest = lines.filter((line) => !line.startsWith('::add-mask::')).join('\n')
  expect(rest).not.toContain(box.password)
  expect(rest).toMatch(/::error title=/)
  expect(readFileSync(summary, 'utf8')).toContain('| dump | failed |')
  expect(JSON.stringify(box.slack.messages[0])).toContain('https://github.com/raxx/ops/actions/runs/7')
  rmSync(dir, { recursive: true })
})
