import { runReadmeExample } from '@raxx/testkit/readme'
import { expect, test } from 'vitest'
import { daysAgo, startSite } from './site.ts'

test('the README’s example runs as it stands', async () => {
  await using site = await startSite()
  const bucket = 'raxx-support-attachments'
  for (let days = 0; days < 40; days++) {
    const key = `${site.store.prefix}${daysAgo(days)}.sql.gz`
    site.server.put(bucket, key, 'dump')
    site.server.put(
      bucket,
      key.replace('.sql.gz', '.manifest.json'),
      JSON.stringify({ object: { key, bytes: 4 } }),
    )
  }
  site.server.openUpload(bucket, `${site.store.prefix}2026-11-20.sql.gz`, {
    initiated: new Date('2026-11-20'),
  })
  const { stdout } = await runReadmeExample(new URL('../README.md', import.meta.url), {
    AWS_ENDPOINT_URL_S3: site.server.url,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  })
  expect(stdout).toContain('keep    2026-11-22  newest proven; within 30 days; one of the newest 7 proven\n')
  expect(stdout).toContain('remove  2026-10-22  older than 30 days, and 31 newer proven ones exist\n')
  expect(stdout).toMatch(/removed 9 backups and 1 stale uploads\n$/)
})
