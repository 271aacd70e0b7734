import { runReadmeExample } from '@raxx/testkit/readme'
import { expect, test } from 'vitest'

test('the README’s example runs as it stands', async () => {
  const { stdout } = await runReadmeExample(new URL('../README.md', import.meta.url))
  expect(stdout).toMatch(/^keep {4}2026-11-22 {2}newest proven/)
  expect(stdout).toMatch(/remove {2}2026-10-01 {2}older than 30 days/)
})
