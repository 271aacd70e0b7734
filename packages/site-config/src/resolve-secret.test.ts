import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { resolveSecret, type SecretSources } from './resolve-secret.ts'
import { parseSecretRef, type SecretRef } from './secret-ref.ts'

const reference = (text: string): SecretRef => parseSecretRef(text) as SecretRef

function sources(values: Readonly<Record<string, string>>): SecretSources {
  return {
    env: values,
    readFile: (path) =>
      path in values
        ? Promise.resolve(values[path] ?? '')
        : Promise.reject(Object.assign(new Error('no such file'), { code: 'ENOENT' })),
    getParameter: (name) => Promise.resolve(values[name]),
  }
}

const resolve = (text: string, value: string): Promise<string> => {
  const ref = reference(text)
  return resolveSecret(ref, sources({ [ref.name]: value }))
}

test.each([
  'ssm:/raxx/db',
  'ssm:plain',
  'env:DB_PASSWORD',
  'file:/run/secrets/db',
  'ssm:arn:aws:ssm:us-east-1:111122223333:parameter/raxx/db',
])('%s', async (text) => {
  expect(await resolve(text, 'hunter2')).toBe('hunter2')
  expect(String(reference(text))).toBe(text)
  expect(JSON.stringify({ ref: reference(text) })).toBe(`{"ref":"${text}"}`)
  expect(inspect(reference(text))).not.toContain('Function')
})

test.each([
  'hunter2',
  'ssm:',
  'ssm://x',
  'ssm:/a/',
  'env:',
  'env:1A',
  'env:A B',
  'file:relative',
  'vault:/x',
  '',
])('%j is no reference', (text) => {
  expect(parseSecretRef(text)).toBe(undefined)
})

test('a one-line secret loses its line breaks at the end; its spaces stay', async () => {
  for (const text of ['env:X', 'file:/x', 'ssm:/x']) {
    expect(await resolve(text, ' pass word \r\n\n')).toBe(' pass word ')
  }
})

test('a PEM key ends with one line break and has no carriage returns, however it was stored', async () => {
  const key = '-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n-----END OPENSSH PRIVATE KEY-----\n'
  for (const stored of [key, key.trimEnd(), `${key}\n\n`, key.replaceAll('\n', '\r\n')]) {
    expect(await resolve('ssm:/key', stored)).toBe(key)
  }
})

test('another value of several lines is left as it is', async () => {
  expect(await resolve('file:/x', 'one\ntwo\n')).toBe('one\ntwo\n')
})

test.each([
  ['env:NOT_SET', 'SECRET_MISSING', 'Export NOT_SET'],
  ['file:/not/there', 'SECRET_MISSING', 'Put the secret into the file /not/there'],
  ['ssm:/not/there', 'PARAMETER_NOT_FOUND', 'aws ssm put-parameter --type SecureString --name /not/there'],
])('%s that is missing', async (text, code, hint) => {
  await expect(resolveSecret(reference(text), sources({}))).rejects.toMatchObject({
    code,
    hint: expect.stringContaining(hint),
  })
})

test.each(['env:X', 'file:/x'])('an empty secret in %s is a missing one', async (text) => {
  await expect(resolve(text, ' \n')).rejects.toMatchObject({
    code: 'SECRET_MISSING',
    message: `${text} is empty`,
  })
})

test('a file that may not be read', async () => {
  const denied = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' })
  const from = { ...sources({}), readFile: () => Promise.reject(denied) }
  await expect(resolveSecret(reference('file:/x'), from)).rejects.toMatchObject({
    code: 'SECRET_UNREADABLE',
    cause: denied,
  })
})

test.each([
  [
    'AccessDeniedException',
    'not authorized to perform: ssm:GetParameter on resource',
    'PARAMETER_DENIED',
    'Allow ssm:GetParameter on arn:aws:ssm:',
  ],
  [
    'AccessDeniedException',
    'The ciphertext refers to a customer master key that … kms:Decrypt',
    'PARAMETER_DENIED',
    'Allow kms:Decrypt',
  ],
  [
    'ExpiredTokenException',
    'The security token included in the request is expired',
    'PARAMETER_UNREADABLE',
    'Check the AWS credentials',
  ],
  [
    'CredentialsProviderError',
    'Could not load credentials from any providers',
    'PARAMETER_UNREADABLE',
    'Check the AWS credentials',
  ],
  ['InternalServerError', 'oops', 'PARAMETER_UNREADABLE', 'Try again'],
])('%s of AWS (%s) says what to do', async (name, message, code, hint) => {
  const refused = Object.assign(new Error(message), { name })
  const from = { ...sources({}), getParameter: () => Promise.reject(refused) }
  await expect(resolveSecret(reference('ssm:/raxx/db'), from)).rejects.toMatchObject({
    code,
    hint: expect.stringContaining(hint),
    cause: refused,
  })
})
