import { SSM } from '@aws-sdk/client-ssm'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { parseSecretRef, resolveSecret, type SecretRef } from '@raxx/site-config'
import { type SsmServer, startSsm } from '@raxx/testkit/ssm'

const CREDENTIALS = { accessKeyId: 'AKIATESTKIT', secretAccessKey: 'secret' }

let server: SsmServer
beforeEach(async () => {
  server = await startSsm({ credentials: CREDENTIALS })
})
afterEach(() => server.stop())

function resolve(text: string, credentials = CREDENTIALS): Promise<string> {
  const ssm = new SSM({ region: 'us-east-1', endpoint: server.url, credentials, maxAttempts: 1 })
  return resolveSecret(parseSecretRef(text) as SecretRef, {
    env: {},
    readFile: () => Promise.reject(new Error('not asked')),
    getParameter: async (name) =>
      (await ssm.getParameter({ Name: name, WithDecryption: true })).Parameter?.Value,
  })
}

test('a SecureString is read, decrypted, with the real client', async () => {
  server.parameters.put('/raxx/db', 'hunter2\n', 'SecureString')
  expect(await resolve('ssm:/raxx/db')).toBe('hunter2')
  expect(server.calls).toMatchObject([{ operation: 'GetParameter', writes: false }])
})

test('one that is not there is ParameterNotFound, with the command that makes it', async () => {
  await expect(resolve('ssm:/raxx/none')).rejects.toMatchObject({
    code: 'PARAMETER_NOT_FOUND',
    message: expect.stringContaining('ParameterNotFound: the SSM parameter /raxx/none'),
    hint: expect.stringContaining('aws ssm put-parameter --type SecureString --name /raxx/none'),
  })
})

test('a missing permission names the action', async () => {
  const message =
    'User: arn:aws:iam::111122223333:user/x is not authorized to perform: ssm:GetParameter on resource: …'
  server.faults.add({
    on: 'GetParameter',
    answer: { error: { status: 400, code: 'AccessDeniedException', message } },
  })
  await expect(resolve('ssm:/raxx/db')).rejects.toMatchObject({
    code: 'PARAMETER_DENIED',
    hint: expect.stringContaining('ssm:GetParameter'),
  })
})

test('wrong credentials are told as such', async () => {
  const wrong = { accessKeyId: 'AKIATESTKIT', secretAccessKey: 'wrong' }
  await expect(resolve('ssm:/raxx/db', wrong)).rejects.toMatchObject({
    code: 'PARAMETER_UNREADABLE',
    hint: expect.stringContaining('credentials'),
  })
})
