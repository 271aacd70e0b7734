import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runReadmeExample } from '@raxx/testkit/readme'
import { startSshd } from '@raxx/testkit/sshd'
import { expect, test } from 'vitest'

test('the README’s example works as it stands', async () => {
  await using sshd = await startSshd()
  const dir = mkdtempSync(join(tmpdir(), 'raxx-readme-'))
  const OUT = join(dir, 'out')
  await runReadmeExample(new URL('../README.md', import.meta.url), {
    SSH_ADDRESS: sshd.address,
    SSH_PORT: String(sshd.port),
    SSH_USER: sshd.user,
    SSH_KEY: sshd.privateKey,
    SSH_HOST_KEY: sshd.hostKeys[1] ?? '',
    OUT,
  })
  expect(readFileSync(OUT, 'utf8')).toMatch(/MariaDB[^]*Linux\n$/)
  rmSync(dir, { recursive: true })
})
