import { expect, test } from 'vitest'
import { jsonSchema } from './json-schema.ts'

test('the shipped JSON Schema is the one of this version (`vitest -u` writes it)', async () => {
  await expect(`${JSON.stringify(jsonSchema(), null, 2)}\n`).toMatchFileSnapshot('../raxx-backup.schema.json')
})

test('it says which keys there are, in words, and that there are no others', () => {
  const text = JSON.stringify(jsonSchema())
  expect(jsonSchema()).toMatchObject({
    $schema: 'http://json-schema.org/draft-07/schema#',
    additionalProperties: false,
    required: ['sites'],
  })
  expect(text).toContain('"default":"26h"')
  expect(text).toContain('"minProperties":1,"maxProperties":1')
})
