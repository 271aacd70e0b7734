import { execFile } from 'node:child_process'
import { mkdtemp, rm, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dumpOf } from './inspect-fixture.ts'

const run = promisify(execFile)
const home = fileURLToPath(new URL('..', import.meta.url))
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'raxx-built-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** As a package is built, and as an app bundles it into CommonJS. */
describe.each([
  { form: 'an ES module', extension: 'js', options: [] },
  { form: 'CommonJS', extension: 'cjs', options: ['--format', 'cjs', '--shims', '--no-splitting'] },
])('built as $form', ({ extension, options }) => {
  const out = (): string => join(folder, extension)
  const worker = (): string => join(out(), `inspect-worker.${extension}`)

  /** Inspects a small dump in a process of its own: its facts, or its error. */
  async function inspected(): Promise<string> {
    const dump = gzipSync(dumpOf([{ name: 'users', rows: [Buffer.from('(1)')] }])).toString('base64')
    const script = `
      import { inspect } from ${JSON.stringify(join(out(), `index.${extension}`))}
      const stream = inspect().resume()
      stream.on('error', () => {})
      stream.end(Buffer.from('${dump}', 'base64'))
      try { console.log((await stream.facts).tables[0].name) }
      catch (error) { console.log(error.name, error.code, error.message) }`
    return (
      await run(process.execPath, ['--input-type=module', '-e', script], { timeout: 20_000 })
    ).stdout.trim()
  }

  beforeAll(async () => {
    const tsup = join(home, 'node_modules/.bin/tsup')
    await run(tsup, ['--out-dir', out(), ...options], { cwd: home })
  })

  test('it finds its thread beside it', async () => {
    expect(await inspected()).toBe('users')
  })

  test('a thread that dies, ends early or is not there is an error of the stream', async () => {
    await writeFile(worker(), 'throw new Error("no luck")')
    expect(await inspected()).toBe('MysqlDumpError INSPECTOR_FAILED the inspecting thread failed: no luck')
    await writeFile(worker(), 'process.exit(3)')
    expect(await inspected()).toBe(
      'MysqlDumpError INSPECTOR_FAILED the inspecting thread ended with code 3 before its verdict',
    )
    await unlink(worker())
    expect(await inspected()).toMatch(/^MysqlDumpError INSPECTOR_FAILED .*Cannot find module/)
  })
})
