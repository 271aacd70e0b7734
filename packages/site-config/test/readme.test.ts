import { expect, test } from 'vitest'
import { runReadmeExample } from '@raxx/testkit/readme'

test('the README’s example reads a site, its secret, and hides it', async () => {
  const { stdout } = await runReadmeExample(new URL('../README.md', import.meta.url), {
    DB_PASSWORD: 'hunter2!',
  })
  expect(stdout).toBe('93600000 mysql -p***\n')
})
