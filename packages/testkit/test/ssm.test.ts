import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import {
  DeleteParameterCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  PutParameterCommand,
  SSMClient,
  type PutParameterCommandInput,
} from '@aws-sdk/client-ssm'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startSsm, type SsmServer } from '../src/ssm.ts'

const run = promisify(execFile)
const keys = { accessKeyId: 'AKIATESTSSM', secretAccessKey: 'a secret of the test' }

let server: SsmServer
let client: SSMClient
beforeEach(async () => {
  server = await startSsm({ credentials: keys })
  client = new SSMClient({ region: 'us-east-1', endpoint: server.url, credentials: keys, maxAttempts: 1 })
})
afterEach(async () => {
  client.destroy()
  await server.stop()
})

const put = (input: Partial<PutParameterCommandInput>): Promise<{ Version?: number | undefined }> =>
  client.send(
    new PutParameterCommand({ Name: '/raxx/a', Value: 'new value', Type: 'SecureString', ...input }),
  )

const get = async (Name: string, WithDecryption?: boolean): Promise<string | undefined> =>
  (await client.send(new GetParameterCommand({ Name, WithDecryption }))).Parameter?.Value

const aws = async (...args: string[]): Promise<string> => {
  const { stdout } = await run('/usr/bin/aws', ['ssm', '--endpoint-url', server.url, ...args], {
    env: {
      PATH: '/usr/bin:/bin',
      HOME: '/nonexistent',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
      AWS_MAX_ATTEMPTS: '1',
    },
  })
  return stdout
}

test('a SecureString is ciphertext unless its decryption is asked for', async () => {
  server.parameters.put('/raxx/freescout/db_password', 'correct horse')
  server.parameters.put('/raxx/freescout/host', 'tickets', 'String')
  expect(await get('/raxx/freescout/db_password', true)).toBe('correct horse')
  const sealed = await get('/raxx/freescout/db_password')
  expect(sealed).toMatch(/^AQICAHg/)
  expect(Buffer.from(sealed ?? '', 'base64').toString('latin1')).not.toContain('correct horse')
  expect(await get('/raxx/freescout/host')).toBe('tickets')
})

test('a missing parameter is an error of GetParameter, and only listed by GetParameters', async () => {
  server.parameters.put('/raxx/a', '1')
  await expect(client.send(new GetParameterCommand({ Name: '/raxx/b' }))).rejects.toMatchObject({
    name: 'ParameterNotFound',
  })
  const found = await client.send(
    new GetParametersCommand({
      Names: ['/raxx/b', '/raxx/a', '/raxx/a:1', '/raxx/a:2'],
      WithDecryption: true,
    }),
  )
  expect(found.Parameters?.map((p) => [p.Name, p.Value, p.Version, p.Selector])).toEqual([
    ['/raxx/a', '1', 1, undefined],
    ['/raxx/a', '1', 1, ':1'],
  ])
  expect(found.InvalidParameters).toEqual(['/raxx/b', '/raxx/a:2'])
  await expect(client.send(new GetParameterCommand({ Name: '/raxx/a:9' }))).rejects.toMatchObject({
    name: 'ParameterVersionNotFound',
  })
  for (const Names of [[], Array.from({ length: 11 }, (_, n) => `/raxx/${n}`), ['/raxx/a', '/raxx/a']]) {
    await expect(client.send(new GetParametersCommand({ Names }))).rejects.toMatchObject({
      name: 'ValidationException',
    })
  }
})

test('a parameter is overwritten only when that is asked for, and its value is not recorded', async () => {
  expect((await put({ Description: 'of the test' })).Version).toBe(1)
  await expect(put({ Value: 'other' })).rejects.toMatchObject({ name: 'ParameterAlreadyExists' })
  expect((await put({ Value: 'other', Type: undefined, Overwrite: true })).Version).toBe(2)
  expect(server.parameters.get('/raxx/a')).toMatchObject({
    value: 'other',
    type: 'SecureString',
    version: 2,
    description: 'of the test',
    keyId: 'alias/aws/ssm',
  })
  expect(server.parameters.get('/raxx/a', 1)?.value).toBe('new value')
  expect(JSON.stringify(server.calls)).not.toMatch(/new value|other/)
  expect(server.calls.every((call) => call.writes && call.identity === keys.accessKeyId)).toBe(true)
  await client.send(new DeleteParameterCommand({ Name: '/raxx/a' }))
  expect(server.parameters.has('/raxx/a')).toBe(false)
})

test('what the real store refuses is refused', async () => {
  for (const [input, name] of [
    [{ Name: 'raxx/a' }, 'ValidationException'],
    [{ Name: '/aws/a' }, 'ValidationException'],
    [{ Name: '/raxx/ä' }, 'ValidationException'],
    [{ Name: '/raxx/a/' }, 'ValidationException'],
    [{ Name: '/x'.repeat(16) }, 'HierarchyLevelLimitExceededException'],
    [{ Value: '' }, 'ValidationException'],
    [{ Value: 'x'.repeat(4097) }, 'ValidationException'],
    [{ Type: undefined }, 'ValidationException'],
  ] as const) {
    await expect(put(input)).rejects.toMatchObject({ name })
  }
  await put({ Value: 'x'.repeat(4096) })
  await put({ Name: '/raxx/long', Value: 'x'.repeat(8192), Tier: 'Advanced' })
  await expect(put({ Type: 'String', Overwrite: true })).rejects.toMatchObject({
    name: 'HierarchyTypeMismatchException',
  })
})

test('parameters are found by path and by filter, ten on a page', async () => {
  for (let n = 0; n < 12; n++) server.parameters.put(`/raxx/many/${String(n).padStart(2, '0')}`, String(n))
  server.parameters.put('/raxx/top', 'x', 'String')
  const page = await client.send(new GetParametersByPathCommand({ Path: '/raxx/many', WithDecryption: true }))
  expect(page.Parameters?.map((p) => p.Value)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
  const rest = await client.send(
    new GetParametersByPathCommand({ Path: '/raxx/many', NextToken: page.NextToken }),
  )
  expect(rest.Parameters?.map((p) => p.Name)).toEqual(['/raxx/many/10', '/raxx/many/11'])
  expect(rest.NextToken).toBeUndefined()
  const names = async (Path: string, Recursive: boolean): Promise<number | undefined> =>
    (await client.send(new GetParametersByPathCommand({ Path, Recursive }))).Parameters?.length
  expect(await names('/raxx', false)).toBe(1)
  expect(await names('/', true)).toBe(10)
  const described = await client.send(
    new DescribeParametersCommand({
      ParameterFilters: [
        { Key: 'Name', Option: 'BeginsWith', Values: ['/raxx/'] },
        { Key: 'Type', Values: ['String'] },
      ],
    }),
  )
  expect(described.Parameters?.map((p) => p.Name)).toEqual(['/raxx/top'])
  await expect(client.send(new DescribeParametersCommand({ NextToken: 'bad' }))).rejects.toMatchObject({
    name: 'InvalidNextToken',
  })
})

test('a denied action is told as IAM tells it', async () => {
  server.faults.add({ on: 'GetParameter', answer: { error: { status: 400, code: 'AccessDeniedException' } } })
  await expect(client.send(new GetParameterCommand({ Name: '/raxx/a' }))).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining('not authorized to perform: ssm:GetParameter') as string,
  })
})

test("the AWS CLI writes and reads a parameter as the runbook's commands do", async () => {
  const name = '/raxx/freescout/db_password'
  await aws(
    'put-parameter',
    '--name',
    name,
    '--type',
    'SecureString',
    '--value',
    'from the cli',
    '--overwrite',
  )
  expect(
    await aws(
      'get-parameter',
      '--name',
      name,
      '--with-decryption',
      '--query',
      'Parameter.Value',
      '--output',
      'text',
    ),
  ).toBe('from the cli\n')
  await expect(aws('get-parameter', '--name', '/raxx/freescout/nothing')).rejects.toThrow(
    /\(ParameterNotFound\) when calling the GetParameter operation/,
  )
})
