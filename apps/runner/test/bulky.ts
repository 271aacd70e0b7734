import type { Sandbox } from '@raxx/testkit/sandbox'

/** A database whose dump is too large for one request, even compressed: about 30 MB of noise. Returns its name. */
export async function loadBulky({ mariadb, names }: Sandbox): Promise<string> {
  await mariadb.query('CREATE DATABASE bulky')
  await mariadb.query(`GRANT ALL PRIVILEGES ON bulky.* TO '${names.user}'@'localhost'`)
  await mariadb.query(
    'CREATE TABLE noise (id INT PRIMARY KEY, body LONGTEXT); ' +
      'SET group_concat_max_len = 1000000000; ' +
      "INSERT INTO noise SELECT seq, (SELECT GROUP_CONCAT(SHA2(RAND(), 512) SEPARATOR '') FROM seq_1_to_4000) FROM seq_1_to_60",
    { database: 'bulky' },
  )
  return 'bulky'
}
