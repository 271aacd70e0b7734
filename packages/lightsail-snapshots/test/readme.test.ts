import { runReadmeExample } from '@raxx/testkit/readme'
import { startLightsail } from '@raxx/testkit/lightsail'
import { expect, test } from 'vitest'
import { INSTANCE, PREFIX } from './world.ts'

test("the README's example takes today's snapshot and prunes", async () => {
  await using server = await startLightsail({ pendingPolls: 0 })
  server.addInstance({ name: INSTANCE })
  for (let day = 1; day <= 9; day++) {
    const name = `${PREFIX}2026-01-0${day}`
    server.addSnapshot({ name, fromInstanceName: INSTANCE, createdAt: new Date(Date.UTC(2026, 0, day)) })
  }
  const { stdout } = await runReadmeExample(new URL('../README.md', import.meta.url), {
    AWS_ENDPOINT_URL_LIGHTSAIL: server.url,
    AWS_ACCESS_KEY_ID: 'AKIATEST',
    AWS_SECRET_ACCESS_KEY: 'a secret of the test',
  })
  expect(stdout).toMatch(/^taken raxx-tickets-backup-\d{4}-\d\d-\d\d available\n/)
  expect([...server.state.snapshots.keys()].slice(0, 6)).toEqual(
    [4, 5, 6, 7, 8, 9].map((day) => `${PREFIX}2026-01-0${day}`),
  )
  expect(server.state.snapshots.size).toBe(7)
})
