import { expect, test } from 'vitest'
import { everyPage, type Page } from './every-page.ts'

const reading = (pages: readonly Partial<Page<number>>[]): Promise<number[]> => {
  let at = 0
  return everyPage('s3://bucket/prefix/', async () => {
    const page = pages[at++ % pages.length]
    return { entries: page?.entries ?? [], truncated: page?.truncated, next: page?.next }
  })
}

test('every page is read, with the mark of the one before, empty ones too', async () => {
  const marks: (string | undefined)[] = []
  const entries = await everyPage('s3://bucket/', async (from) => {
    marks.push(from)
    const page = marks.length
    return {
      entries: page === 2 ? [] : [page],
      truncated: page < 3,
      next: page < 3 ? `after ${page}` : undefined,
    }
  })
  expect(entries).toEqual([1, 3])
  expect(marks).toEqual([undefined, 'after 1', 'after 2'])
})

test.each([
  ['that is cut off without a mark of the next', [{ entries: [1], truncated: true }]],
  ['with an empty mark', [{ entries: [1], truncated: true, next: '' }]],
  ['that ends and yet names a next', [{ entries: [1], truncated: false, next: 'a' }]],
  ['that does not say whether it is the last', [{ entries: [1] }]],
  ['whose mark came before', [{ entries: [1], truncated: true, next: 'a' }]],
  [
    'that goes round',
    [
      { truncated: true, next: 'a' },
      { truncated: true, next: 'b' },
    ],
  ],
])('a page %s is an error, not a shorter list', async (_, pages) => {
  await expect(reading(pages)).rejects.toMatchObject({
    name: 'S3RetentionError',
    code: 'INCOMPLETE_LISTING',
    message: expect.stringContaining('s3://bucket/prefix/'),
  })
})
