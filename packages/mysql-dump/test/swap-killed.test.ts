import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { connect, localShell } from '@raxx/ssh-stream'
import { fingerprint, loadEverything } from '@raxx/testkit/everything'
import { type MariadbServer, startMariadb } from '@raxx/testkit/mariadb'
import { startSshd } from '@raxx/testkit/sshd'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SwapPlan } from '../src/swap-plan.ts'
import { dropKept, swap, swapOutcome, swapState } from '../src/swap.ts'
import { undoSwap } from '../src/undo-swap.ts'
import { dumped, imported, planned, rootOn } from './import-fixture.ts'

const PASSWORD = 'a "very" awk#ward \\ pa$$word'
let server: MariadbServer
let old: Record<string, string>
let fresh: Record<string, string>
beforeAll(async () => {
  server = await startMariadb()
  await loadEverything(server, 'shop')
  await server.createUser('boss', PASSWORD, ['ALL PRIVILEGES ON *.*'])
  fresh = await fingerprint(server, 'shop')
})
afterAll(async () => await server.stop())

// The tables of a fingerprint: what must be wholly old or wholly new.
function tables(print: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(print).filter(([name]) => /^(?:base table|sequence|system versioned) /.test(name)),
  )
}

async function ready(): Promise<SwapPlan> {
  const report = await imported(server, await dumped(rootOn(server, 'shop').database), 'shop', 'shop_restore')
  await server.query('DELETE FROM nasty; CREATE TABLE extra (id INT)', { database: 'shop' })
  old = await fingerprint(server, 'shop')
  const plan = await planned(server, 'shop', 'shop_restore', 'shop_before', report)
  // What an earlier run of these tests may have left, when it was killed.
  rmSync(`/var/tmp/raxx-${process.getuid?.()}/${plan.id}.result`, { force: true })
  return plan
}

async function atRest(plan: SwapPlan): Promise<void> {
  await undoSwap(localShell(), plan, rootOn(server, 'shop'))
  expect(await fingerprint(server, 'shop')).toEqual(old)
  await dropKept(localShell(), plan, rootOn(server, 'shop'))
  await server.query("DROP TABLE shop.extra; INSERT INTO shop.nasty (t) VALUES ('x')")
  fresh = await fingerprint(server, 'shop')
}

test.each(['sshd', 'the shell on the host'])(
  'the host finishes the swap though %s is killed in the middle; the password is in no process',
  async (killed) => {
    const plan = await ready()
    await using host = await startSshd()
    const shell = killed === 'sshd' ? await connect(host) : localShell()
    const options = { ...rootOn(server, 'shop'), admin: { user: 'boss', password: PASSWORD } }
    const controller = new AbortController()
    const done = swap(shell, plan, { ...options, signal: controller.signal }).catch((error: unknown) => error)
    // Until the record of the host says that it began.
    const uid = process.getuid?.()
    const record = `/var/tmp/raxx-${uid}/${plan.id}.result`
    while (!exists(record)) await delay(1)
    expect(commandLines()).not.toContain('awk#ward')
    if (killed === 'sshd') host.killSessions()
    else controller.abort()
    expect(await done).toMatchObject({ code: killed === 'sshd' ? 'CONNECTION_LOST' : 'ABORTED' })
    expect(await swapOutcome(localShell(), plan)).toEqual({ outcome: 'swapped', errors: [] })
    expect(await fingerprint(server, 'shop')).toEqual(fresh)
    await atRest(plan)
  },
)

test('a server that is killed at any moment of a swap has wholly old or wholly new tables, and the host, swap or undo ends it', async () => {
  const plan = await ready()
  const shell = localShell()
  const options = { ...rootOn(server, 'shop'), recoverSeconds: 30 }
  const seen = new Set<string>()
  for (let round = 0; round < 6; round++) {
    const done = swap(shell, plan, options).then(
      ({ outcome }) => outcome,
      (error: { code: string }) => error.code,
    )
    await delay(30 + round * 60)
    await server.kill()
    await server.restart()
    const state = await swapState(shell, plan, options)
    const outcome = await done
    seen.add(`${state} ${outcome}`)
    expect(outcome).toMatch(/^(?:swapped|SWAP_FAILED|LOCKED|SWAP_REFUSED)$/)
    const now = await fingerprint(server, 'shop')
    expect(now).toEqual(outcome === 'swapped' ? fresh : old)
    // Where nothing was swapped, undo changes nothing.
    await undoSwap(shell, plan, options)
    expect(await fingerprint(server, 'shop')).toEqual(old)
  }
  // The kills came at more than one place.
  expect(seen.size).toBeGreaterThan(1)
  await atRest(plan)
}, 120_000)

test('a host that gave up on its server leaves it to swap or undo, which end it', async () => {
  const plan = await ready()
  const shell = localShell()
  const options = { ...rootOn(server, 'shop'), recoverSeconds: 1 }
  for (const [round, end] of [swap, undoSwap, swap, undoSwap].entries()) {
    const done = swap(shell, plan, options).then(
      ({ outcome }) => outcome,
      (error: { code: string }) => error.code,
    )
    await delay(60 + round * 60)
    await server.kill()
    // A quick host may have been done before.
    expect(await done).toMatch(/SWAP_UNFINISHED|swapped/)
    await server.restart()
    const state = await swapState(shell, plan, options)
    expect(tables(await fingerprint(server, 'shop'))).toEqual(tables(state === 'new' ? fresh : old))
    await end(shell, plan, options)
    expect(await fingerprint(server, 'shop')).toEqual(end === swap ? fresh : old)
    if (end === swap) await undoSwap(shell, plan, options)
  }
  await atRest(plan)
}, 120_000)

function exists(file: string): boolean {
  try {
    return readFileSync(file).length > 0
  } catch {
    return false
  }
}

function commandLines(): string {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'latin1') + readFileSync(`/proc/${pid}/environ`, 'latin1')
      } catch {
        return ''
      }
    })
    .join('\n')
}
