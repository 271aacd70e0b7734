import { runReadmeExample } from '@raxx/testkit/readme'
import { expect, test } from 'vitest'

test('the README’s example runs as it stands', async () => {
  const { stdout } = await runReadmeExample(new URL('../README.md', import.meta.url))
  expect(stdout).toBe(
    "done { live: 'new', beside: 'old', up: true }\ntaken back { live: 'old', beside: '', up: true }\n",
  )
})
