import { expect, test } from 'vitest'
import { cleanDocument } from './clean-document.ts'

const clean = (text: string): string => text.replaceAll('null', '***')

test('free text is cleaned wherever it stands, all else stays as it is', () => {
  const document = {
    schema: 'null/1',
    outcome: 'null',
    bytes: 5,
    error: { code: 'null', message: 'it is null', hint: null },
    tiers: [{ reasons: ['null, and null'], id: 'null' }],
  }
  expect(cleanDocument(document, clean)).toEqual({
    schema: 'null/1',
    outcome: 'null',
    bytes: 5,
    error: { code: 'null', message: 'it is ***', hint: null },
    tiers: [{ reasons: ['***, and ***'], id: 'null' }],
  })
})
