import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startLightsail, type LightsailServer } from '../src/lightsail.ts'

const run = promisify(execFile)
const keys = { accessKeyId: 'AKIATESTCLI', secretAccessKey: 'a secret of the test' }

let server: LightsailServer
const aws = async (...args: string[]): Promise<string> => {
  const { stdout } = await run('/usr/bin/aws', ['lightsail', '--endpoint-url', server.url, ...args], {
    env: {
      PATH: '/usr/bin:/bin',
      HOME: '/nonexistent',
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
      AWS_MAX_ATTEMPTS: '1',
    },
  })
  return stdout
}

beforeAll(async () => {
  server = await startLightsail({ credentials: keys, pageSize: 2 })
  server.addInstance({ name: 'raxx-tickets' })
})
afterAll(() => server.stop())

test("the AWS CLI takes, lists with the runbook's query, and deletes snapshots", async () => {
  for (const day of [1, 2, 3]) {
    const name = `raxx-tickets-backup-2026-11-0${day}`
    server.addSnapshot({
      name,
      fromInstanceName: 'raxx-tickets',
      createdAt: new Date(Date.UTC(2026, 10, day, 6)),
    })
  }
  server.addSnapshot({ name: 'other-1', fromInstanceName: 'other' })
  const created = JSON.parse(
    await aws(
      'create-instance-snapshot',
      '--instance-name',
      'raxx-tickets',
      '--output',
      'json',
      '--instance-snapshot-name',
      'raxx-tickets-backup-2026-11-22',
      '--tags',
      'key=by,value=raxx',
    ),
  ) as { operations: { status: string }[] }
  expect(created.operations.map((operation) => operation.status)).toEqual(['Started', 'Started'])

  const list = (): Promise<string> =>
    aws(
      'get-instance-snapshots',
      '--output',
      'table',
      '--query',
      "instanceSnapshots[?fromInstanceName=='raxx-tickets'].[name,createdAt,state]",
    )
  const rows = async (): Promise<(string | undefined)[][]> =>
    [...(await list()).matchAll(/^\|\s+(raxx\S+)\s+\|\s+([\d.]+)\S*\s+\|\s+(\w+)\s+\|/gm)].map((row) => [
      row[1],
      row[3],
    ])
  await list()
  expect(await rows()).toEqual([
    ['raxx-tickets-backup-2026-11-01', 'available'],
    ['raxx-tickets-backup-2026-11-02', 'available'],
    ['raxx-tickets-backup-2026-11-03', 'available'],
    ['raxx-tickets-backup-2026-11-22', 'available'],
  ])
  // Five snapshots, two on a page: the CLI asked for all pages.
  expect(server.calls.filter((call) => call.operation === 'GetInstanceSnapshots')).toHaveLength(6)

  await aws('delete-instance-snapshot', '--instance-snapshot-name', 'raxx-tickets-backup-2026-11-01')
  expect((await rows()).map(([name]) => name)).not.toContain('raxx-tickets-backup-2026-11-01')
  await expect(
    aws('delete-instance-snapshot', '--instance-snapshot-name', 'raxx-tickets-backup-2026-11-01'),
  ).rejects.toThrow(
    /\(NotFoundException\) when calling the DeleteInstanceSnapshot operation.*: .*does not exist/,
  )
  expect(server.calls.every((call) => call.identity === keys.accessKeyId)).toBe(true)
})

test("the runbook's look at the instance's state works", async () => {
  const state = await aws(
    'get-instance',
    '--instance-name',
    'raxx-tickets',
    '--query',
    'instance.state',
    '--output',
    'json',
  )
  expect(JSON.parse(state)).toEqual({ code: 16, name: 'running' })
})
