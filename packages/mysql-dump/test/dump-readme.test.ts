import { startMariadb } from '@raxx/testkit/mariadb'
import { runReadmeExample } from '@raxx/testkit/readme'
import { expect, test } from 'vitest'

test("the README's example dumps a database and tells what is in it", async () => {
  await using server = await startMariadb()
  await server.query(`CREATE DATABASE shop; USE shop; CREATE TABLE orders (id INT); INSERT INTO orders VALUES (1), (2);
    CREATE TABLE customers (id INT)`)
  await server.createUser('shop', 'pass word', ['ALL PRIVILEGES ON shop.*'])
  const { stdout } = await runReadmeExample(new URL('../README.md', import.meta.url), {
    DB_PORT: String(server.port),
    DB_PASSWORD: 'pass word',
  })
  expect(stdout).toContain('customers 0 rows')
  expect(stdout).toContain('orders 2 rows')
})
