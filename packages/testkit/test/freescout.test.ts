import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { buffer, text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freescoutEnv } from '../src/freescout-env.ts'
import { countRows, fillFreescout, freescoutSql, freescoutTables, loseData } from '../src/freescout.ts'
import { nastyTexts } from '../src/freescout-text.ts'
import { startMariadb, type MariadbServer } from '../src/mariadb.ts'

const MB = 1_000_000
const sha256 = async (seed: number, bytes: number): Promise<string> => {
  const hash = createHash('sha256')
  for await (const chunk of freescoutSql({ seed, bytes })) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

describe('the SQL of a FreeScout-like database', () => {
  it('is the same, byte for byte, for the same seed and size, and another for another seed', async () => {
    expect(await sha256(1, 2 * MB)).toBe(await sha256(1, 2 * MB))
    expect(await sha256(1, 2 * MB)).not.toBe(await sha256(2, 2 * MB))
  })

  it.each([0.2 * MB, MB, 10 * MB])('has about as many bytes as were asked for: %d', async (bytes) => {
    let made = 0
    for await (const chunk of freescoutSql({ seed: 3, bytes })) made += (chunk as Buffer).length
    expect(made / bytes).toBeGreaterThan(0.9)
    expect(made / bytes).toBeLessThan(1.1)
  })

  it('is compressed by gzip -6 about as far as real mail is', async () => {
    const sql = await buffer(freescoutSql({ seed: 4, bytes: 10 * MB }))
    const ratio = sql.length / gzipSync(sql, { level: 6 }).length
    expect(ratio).toBeGreaterThan(3.5)
    expect(ratio).toBeLessThan(7)
  })

  it('keeps the history before the moment that was given as now', async () => {
    const sql = await text(freescoutSql({ seed: 5, bytes: MB, now: new Date('2020-01-02T03:04:05Z') }))
    const stamps = sql.match(/(?<=,')\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?=')/g) ?? []
    expect(stamps.length).toBeGreaterThan(500)
    expect(stamps.toSorted().at(-1)! <= '2020-01-02 03:04:05').toBe(true)
  })
})

describe('a FreeScout-like database on a real server', () => {
  let server: MariadbServer
  let filled: Readonly<Record<string, number>>
  const ask = (sql: string): Promise<string[][]> => server.query(sql, { database: 'helpdesk' })

  beforeAll(async () => {
    server = await startMariadb()
    filled = await fillFreescout(server, 'helpdesk', { seed: 6, bytes: 12 * MB })
  })
  afterAll(() => server.stop())

  it('holds exactly the rows that the generator counted, and some in every table', async () => {
    expect(await countRows(server, 'helpdesk')).toEqual(filled)
    expect(Object.keys(filled).toSorted()).toEqual(freescoutTables.toSorted())
    expect(Object.entries(filled).filter(([, rows]) => rows === 0)).toEqual([])
  })

  it('loads without a warning', async () => {
    await server.query('CREATE DATABASE warned CHARACTER SET utf8mb4')
    const as = ['--no-defaults', `--socket=${server.socket}`, '--user=root']
    const client = spawn('mariadb', [...as, '--show-warnings', '--database=warned'])
    const said = Promise.all([text(client.stdout), text(client.stderr)])
    await pipeline(freescoutSql({ seed: 7, bytes: 2 * MB }), client.stdin)
    expect(await said).toEqual(['', ''])
  })

  it('counts each conversation’s customer and agent threads as FreeScout does', async () => {
    expect(
      await ask(`SELECT c.id FROM conversations c LEFT JOIN threads t ON t.conversation_id = c.id AND t.type IN (1, 2)
                 GROUP BY c.id, c.threads_count HAVING COUNT(t.id) <> c.threads_count OR COUNT(t.id) = 0`),
    ).toEqual([])
  })

  it('has the time and the side of the last reply right', async () => {
    expect(
      await ask(`SELECT c.id FROM conversations c
        JOIN threads t ON t.id = (SELECT MAX(id) FROM threads WHERE conversation_id = c.id AND type IN (1, 2))
        WHERE NOT (c.last_reply_at <=> t.created_at) OR c.last_reply_from <> t.source_via`),
    ).toEqual([])
  })

  it.each([
    ['threads.conversation_id', 'conversations'],
    ['threads.customer_id', 'customers'],
    ['threads.created_by_user_id', 'users'],
    ['conversations.customer_id', 'customers'],
    ['conversations.mailbox_id', 'mailboxes'],
    ['conversations.folder_id', 'folders'],
    ['conversations.user_id', 'users'],
    ['attachments.thread_id', 'threads'],
    ['send_logs.thread_id', 'threads'],
    ['emails.customer_id', 'customers'],
    ['notifications.conversation_id', 'conversations'],
    ['followers.conversation_id', 'conversations'],
    ['conversation_folder.folder_id', 'folders'],
    ['folders.mailbox_id', 'mailboxes'],
  ])('has every row that %s points at, in %s', async (column, target) => {
    const [table = '', field = ''] = column.split('.')
    expect(
      await ask(`SELECT a.id FROM ${table} a LEFT JOIN ${target} b ON b.id = a.${field}
                 WHERE b.id IS NULL AND a.${field} IS NOT NULL`),
    ).toEqual([])
  })

  it('has folders that know what they hold', async () => {
    expect(
      await ask(`SELECT f.id, f.total_count FROM folders f LEFT JOIN conversations c ON c.folder_id = f.id
                 GROUP BY f.id, f.total_count HAVING COUNT(c.id) <> f.total_count`),
    ).toEqual([])
  })

  it('has jobs whose PHP-serialized command refers to threads that exist', async () => {
    const jobs = await ask('SELECT HEX(payload) FROM jobs')
    expect(jobs.length).toBeGreaterThanOrEqual(3)
    for (const [hex = ''] of jobs) {
      const { data } = JSON.parse(Buffer.from(hex, 'hex').toString()) as { data: { command: string } }
      for (const [, length, value = ''] of data.command.matchAll(/s:(\d+):"(.*?)";/g))
        expect(Buffer.byteLength(value)).toBe(Number(length))
      const threads = /"App\\Thread";s:2:"id";a:\d+:\{(.*?)\}/.exec(data.command)?.[1] ?? ''
      const ids = [...threads.matchAll(/i:\d+;i:(\d+);/g)].map(([, id]) => id)
      expect(await ask(`SELECT COUNT(*) FROM threads WHERE id IN (${ids.join()})`)).toEqual([
        [String(ids.length)],
      ])
    }
  })

  it('is written in nine languages, and holds every nasty text unharmed', async () => {
    const [scripts] =
      await ask(`SELECT SUM(body REGEXP 'ü'), SUM(body REGEXP '[а-яё]{5}'), SUM(body REGEXP '[α-ω]{5}'),
      SUM(body REGEXP '[ا-ي]{3}'), SUM(body REGEXP '[א-ת]{3}'), SUM(body REGEXP '[一-龠]{2}'), SUM(body REGEXP '[ぁ-ん]{2}'), SUM(body LIKE '%💶%')
      FROM threads`)
    for (const found of scripts ?? []) expect(Number(found)).toBeGreaterThan(10)
    const missing: string[] = []
    for (const nasty of nastyTexts) {
      const html = nasty.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
      const [row] = await ask(`SELECT
        (SELECT COUNT(*) FROM threads WHERE INSTR(CAST(body AS BINARY), 0x${Buffer.from(html).toString('hex')})) +
        (SELECT COUNT(*) FROM customers WHERE CAST(notes AS BINARY) = 0x${Buffer.from(nasty).toString('hex')})`)
      if (row?.[0] === '0') missing.push(nasty)
    }
    expect(missing).toEqual([])
  })

  it('loses one mailbox in an accident, and says exactly what went', async () => {
    const before = await countRows(server, 'helpdesk')
    const lost = await loseData(server, 'helpdesk')
    const after = await countRows(server, 'helpdesk')
    expect(lost.mailbox).toBe('Support')
    expect(lost.conversations).toBeGreaterThan(100)
    expect({ ...before }).toEqual({
      ...after,
      mailboxes: after['mailboxes']! + 1,
      conversations: after['conversations']! + lost.conversations,
      threads: after['threads']! + lost.threads,
      attachments: after['attachments']! + lost.attachments,
    })
    await expect(loseData(server, 'helpdesk')).rejects.toThrow('has no mailbox 1 to lose')
  })
})

describe('the .env of a FreeScout-like application', () => {
  it('quotes the database’s password so that a shell’s double quotes give it back', () => {
    const dbPassword = `S3cr#t pa=w"x \\y'`
    const line = freescoutEnv({ dbPassword, appKey: 'base64:AAAA' }).match(/^DB_PASSWORD=.*$/m)?.[0] ?? ''
    // For these characters the shell's rules are phpdotenv's.
    expect(execFileSync('/bin/sh', ['-c', `${line}; printf %s "$DB_PASSWORD"`]).toString()).toBe(dbPassword)
  })

  it('has the legal line that cut -d= -f2- misreads', () => {
    expect(freescoutEnv({ dbPassword: 'S3cr#t pa$$=w"x', appKey: 'base64:AAAA' })).toContain(
      String.raw`DB_PASSWORD="S3cr#t pa$$=w\"x"`,
    )
  })
})
