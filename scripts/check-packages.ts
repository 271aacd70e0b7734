// What users install is the packed tarball: pack every package that is published, and look at that.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = new URL('..', import.meta.url).pathname
const run = (command: string, args: readonly string[], cwd: string): string =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

let failed = 0
const dir = mkdtempSync(join(tmpdir(), 'raxx-packages-'))
try {
  for (const place of ['packages', 'apps'].flatMap((one) =>
    readdirSync(join(root, one)).map((name) => join(one, name)),
  )) {
    const manifest = JSON.parse(readFileSync(join(root, place, 'package.json'), 'utf8'))
    if (manifest.private) continue
    try {
      const packed = join(dir, place.replace('/', '-'))
      run('pnpm', ['pack', '--pack-destination', packed], join(root, place))
      const tarball = join(packed, readdirSync(packed)[0] ?? '')
      run('publint', ['run', tarball, '--strict'], root)
      if (manifest.bin) {
        run('tar', ['-xzf', tarball], packed)
        for (const bin of Object.values<string>(manifest.bin)) {
          const version = run(process.execPath, [join(packed, 'package', bin), '--version'], packed).trim()
          if (version !== manifest.version) throw new Error(`the packed ${bin} says it is ${version}`)
        }
      } else run('attw', [tarball, '--profile', 'esm-only', '--no-emoji'], root)
      process.stdout.write(`ok      ${manifest.name}\n`)
    } catch (error) {
      failed += 1
      const { stdout, stderr } = error as { stdout?: string; stderr?: string }
      process.stdout.write(
        `FAILED  ${manifest.name}\n${stdout ?? ''}${stderr ?? ''}${error instanceof Error ? error.message : ''}\n`,
      )
    }
  }
} finally {
  rmSync(dir, { recursive: true })
}
process.exitCode = failed === 0 ? 0 : 1
