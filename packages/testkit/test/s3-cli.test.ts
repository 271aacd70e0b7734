import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type S3Server, startS3 } from '../src/s3.ts'

const run = promisify(execFile)

describe('the AWS CLI, which nobody here wrote, against the S3 server', () => {
  let server: S3Server
  let dir: string
  const aws = async (...args: string[]): Promise<string> => {
    const env = {
      PATH: process.env['PATH'],
      HOME: dir,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_EC2_METADATA_DISABLED: 'true',
    }
    const { stdout } = await run('/usr/bin/aws', ['--endpoint-url', server.url, ...args], { env })
    return stdout
  }

  beforeAll(async () => {
    server = await startS3({ store: 'disk' })
    dir = await mkdtemp(join(tmpdir(), 'raxx-aws-'))
  })
  afterAll(async () => {
    await server.stop()
    await rm(dir, { recursive: true })
  })

  it('takes 50 MB up in parts and brings the same bytes back down', async () => {
    const contents = randomBytes(50_000_000)
    await writeFile(join(dir, 'up'), contents)
    await aws('s3', 'mb', 's3://backups')
    await aws(
      's3',
      'cp',
      '--no-progress',
      join(dir, 'up'),
      's3://backups/db/2026-01-01.sql.gz',
      '--sse',
      'aws:kms',
    )
    expect(server.calls.filter((call) => call.operation === 'UploadPart').length).toBeGreaterThan(1)
    expect(server.uploads('backups')).toEqual([])

    await aws('s3', 'cp', '--no-progress', 's3://backups/db/2026-01-01.sql.gz', join(dir, 'down'))
    expect((await readFile(join(dir, 'down'))).equals(contents)).toBe(true)

    const head = JSON.parse(
      await aws('s3api', 'head-object', '--bucket', 'backups', '--key', 'db/2026-01-01.sql.gz'),
    ) as Record<string, unknown>
    expect(head).toMatchObject({ ContentLength: 50_000_000, ServerSideEncryption: 'aws:kms' })
    expect(await aws('s3', 'ls', 's3://backups')).toMatch(/PRE db\/\n/)
    expect(await aws('s3', 'ls', 's3://backups/db/')).toMatch(/ 50000000 2026-01-01\.sql\.gz\n/)
    expect(await aws('s3', 'ls')).toMatch(/ backups\n/)

    await aws('s3', 'rm', '--recursive', 's3://backups')
    await aws('s3', 'rb', 's3://backups')
    expect(server.bucket('backups')).toBeUndefined()
  })

  it('sends a stream of unknown length and small files alike', async () => {
    await writeFile(join(dir, 'small file'), 'hello')
    await aws('s3', 'mb', 's3://small')
    await aws('s3', 'cp', '--no-progress', join(dir, 'small file'), 's3://small/a b+c&ü.txt')
    expect(await aws('s3', 'cp', '--no-progress', 's3://small/a b+c&ü.txt', '-')).toBe('hello')
    expect(server.objects('small').map((object) => object.key)).toEqual(['a b+c&ü.txt'])
  })

  it('refuses in words that the CLI understands', async () => {
    await expect(aws('s3api', 'head-bucket', '--bucket', 'nothing-here')).rejects.toThrow(/404.*Not Found/)
    await expect(aws('s3', 'cp', '--no-progress', 's3://nothing-here/x', '-')).rejects.toThrow(/404/)
    await expect(aws('s3api', 'get-bucket-policy', '--bucket', 'small')).rejects.toThrow(/NotImplemented/)
  })

  it('sets and tells the settings of a bucket', async () => {
    await aws('s3api', 'create-bucket', '--bucket', 'settings')
    const rule =
      '{"Rules":[{"ID":"a","Filter":{},"Status":"Enabled","AbortIncompleteMultipartUpload":{"DaysAfterInitiation":2}}]}'
    await aws(
      's3api',
      'put-bucket-lifecycle-configuration',
      '--bucket',
      'settings',
      '--lifecycle-configuration',
      rule,
    )
    expect(
      JSON.parse(await aws('s3api', 'get-bucket-lifecycle-configuration', '--bucket', 'settings')),
    ).toMatchObject({
      Rules: [{ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 2 } }],
    })
    const told = await Promise.all(
      ['get-bucket-location', 'get-bucket-encryption', 'get-public-access-block'].map((verb) =>
        aws('s3api', verb, '--bucket', 'settings'),
      ),
    )
    expect(told.join()).toMatch(/"LocationConstraint": null.*AES256.*"BlockPublicAcls": true/s)
  })
})
