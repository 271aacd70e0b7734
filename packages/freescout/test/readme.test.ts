import { localShell } from '@raxx/ssh-stream'
import { freescoutSchema } from '@raxx/testkit/freescout'
import { startFreescoutHost } from '@raxx/testkit/freescout-host'
import { startMariadb } from '@raxx/testkit/mariadb'
import { runReadmeExample } from '@raxx/testkit/readme'
import { expect, test } from 'vitest'
import { readApp } from '../src/index.ts'

test('the README’s example works as it stands', async () => {
  await using mariadb = await startMariadb()
  await mariadb.query('CREATE DATABASE freescout')
  await mariadb.load('freescout', freescoutSchema())
  await using host = await startFreescoutHost({ mariadb })
  const { stdout } = await runReadmeExample(new URL('../README.md', import.meta.url), {
    ...host.env,
    APP_DIR: host.appDir,
    APP_URL: host.url,
  })
  const { keyFingerprint } = await readApp(localShell({ env: host.env }), host)
  expect(stdout).toMatch(new RegExp(`^1\\.8\\.242 ${keyFingerprint} \\{\\s+ok: true`))
  expect(host.calls().filter((call) => /^systemctl (start|stop)/.test(call))).toEqual([
    'systemctl stop apache2',
    'systemctl start apache2',
  ])
})
