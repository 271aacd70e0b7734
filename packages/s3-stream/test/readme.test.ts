import { runReadmeExample } from '@raxx/testkit/readme'
import { startS3 } from '@raxx/testkit/s3'
import { expect, it } from 'vitest'

it('the README’s example stores a stream and reads it back', async () => {
  await using server = await startS3()
  server.addBucket('backups')
  const { stdout } = await runReadmeExample(new URL('../README.md', import.meta.url), {
    AWS_ENDPOINT_URL_S3: server.url,
    AWS_REGION: server.region,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  })
  expect(stdout).toMatch(/stored \d+ bytes, SHA-256 [0-9a-f]{64}/)
  expect(server.objects('backups').map((object) => [object.key, object.sse])).toEqual([
    ['logs/syslog.gz', 'aws:kms'],
  ])
})
