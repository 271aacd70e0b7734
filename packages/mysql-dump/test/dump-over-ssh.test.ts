import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { createGunzip } from 'node:zlib'
import { connect } from '@raxx/ssh-stream'
import { fingerprint, loadEverything } from '@raxx/testkit/everything'
import { type MariadbServer, startMariadb } from '@raxx/testkit/mariadb'
import { startSshd } from '@raxx/testkit/sshd'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dump } from '../src/dump.ts'
import { survey } from '../src/survey.ts'

const PASSWORD = 'S3cr#t pa$$=w"x'
let server: MariadbServer
beforeAll(async () => {
  server = await startMariadb()
  await loadEverything(server, 'everything')
  await server.query(`USE everything; CREATE TABLE much (b LONGBLOB);
    INSERT INTO much SELECT RANDOM_BYTES(1024) FROM seq_1_to_20000`)
  await server.createUser('app', PASSWORD, ['ALL PRIVILEGES ON everything.*', 'SELECT ON mysql.proc'])
})
afterAll(async () => await server.stop())

test.each(['/bin/dash', '/bin/bash'] as const)(
  'a dump through sshd and %s comes back identical',
  async (login) => {
    await using host = await startSshd({ shell: login })
    await using shell = await connect(host)
    const from = { name: 'everything', user: 'app', password: PASSWORD, port: server.port }
    const stream = dump(shell, from, { survey: await survey(shell, from), minTables: 1 })
    const gzip = await buffer(stream)
    const copy = `copy_${login.slice(5)}`
    await server.query(`CREATE DATABASE ${copy} DEFAULT CHARACTER SET utf8mb4`)
    await server.load(copy, Readable.from([gzip]).pipe(createGunzip()))
    expect(await fingerprint(server, copy)).toEqual(await fingerprint(server, 'everything'))
    expect((await stream.facts).tables.length).toBeGreaterThan(20)
  },
)

test('a connection that is lost in the middle of a dump fails it; the password is nowhere on the host', async () => {
  await using host = await startSshd()
  await using shell = await connect(host)
  const from = { name: 'everything', user: 'app', password: PASSWORD, port: server.port }
  const stream = dump(shell, from, { survey: await survey(shell, from) })
  await once(stream, 'readable')
  const commands = host.processes('commands')
  expect(commands.length).toBeGreaterThan(2)
  for (const pid of commands) {
    const told = ['cmdline', 'environ'].map((file) => readFileSync(`/proc/${pid}/${file}`, 'utf8')).join()
    expect(told.includes(PASSWORD)).toBe(false)
  }
  host.killSessions()
  await expect(buffer(stream)).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
  await expect(stream.facts).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
})
