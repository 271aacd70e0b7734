import { expect, test } from 'vitest'
import { deleteObjects } from '../src/delete-objects.ts'
import { storeThatAnswers } from './site.ts'

test.each([
  ['of which S3 says nothing', '', 'Unanswered'],
  [
    'of which S3 says both that it is gone and that it is not',
    '<Deleted><Key>a</Key></Deleted><Error><Key>a</Key><Code>InternalError</Code></Error>',
    'InternalError',
  ],
])('a key %s does not count as gone', async (_, inner, code) => {
  const store = await storeThatAnswers(`<DeleteResult>${inner}<Deleted><Key>b</Key></Deleted></DeleteResult>`)
  const { gone, failed } = await deleteObjects(store, ['a', 'b'], undefined)
  expect([...gone]).toEqual(['b'])
  expect(failed).toMatchObject([{ key: 'a', code }])
})

test('no request is made for no keys', async () => {
  const store = await storeThatAnswers('not S3')
  expect(await deleteObjects(store, [], undefined)).toEqual({ gone: new Set(), failed: [] })
})
