import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { MariadbServer } from '@raxx/testkit/mariadb'

/** Keeps a table locked, so that a dump comes as far as it and waits there. Dispose to let the dump go on. */
export async function holdTable(
  server: MariadbServer,
  table: string,
): Promise<AsyncDisposable & { waitingDump(): Promise<number> }> {
  // A dump of an earlier test may still be about to notice that nobody listens: only connections made from now on count.
  const [[before = '0'] = []] = await server.query('SELECT CONNECTION_ID()')
  const client = spawn(
    'mariadb',
    ['--no-defaults', `--socket=${server.socket}`, '--user=root', '--unbuffered', '-N'],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  )
  client.stdin.on('error', () => {})
  client.stdin.write(`LOCK TABLES ${table} WRITE; SELECT 'locked';\n`)
  await once(client.stdout, 'data')
  return {
    /** Resolves once a dump waits for the table, with the id of its connection. */
    async waitingDump() {
      for (;;) {
        const [row] = await server.query(
          `SELECT id FROM information_schema.processlist WHERE state LIKE 'Waiting for table metadata lock%' AND user <> 'root' AND id > ${before} LIMIT 1`,
        )
        if (row) return Number(row[0])
        await sleep(20)
      }
    },
    async [Symbol.asyncDispose]() {
      client.kill('SIGKILL')
      if (client.exitCode === null && client.signalCode === null) await once(client, 'exit')
    },
  }
}
