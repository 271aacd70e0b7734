import { type Access, type Admin, ask, sqlName } from './admin.ts'
import type { Database } from './database.ts'
import { MysqlDumpError } from './errors.ts'
import { explainImport } from './import-failure.ts'
import type { ImportShell } from './import-shell.ts'
import type { SwapPlan } from './swap-plan.ts'
import { forgetCommand, outcomeCommand, SWAP_COMMAND, type SwapOutcome, swapScript } from './swap-script.ts'
import { swapSql } from './swap-sql.ts'

/** Where the databases are, and as whom they are swapped. */
export interface SwapOptions {
  readonly database: Database
  readonly admin: Admin
  /** Ends the waiting, not the swap: once the host has the script, it finishes. */
  readonly signal?: AbortSignal
  /** How long one attempt waits for somebody who uses a table; there are three. @default 5 */
  readonly lockSeconds?: number
  /** How long the host waits for a server that went away in the middle, before it leaves the rest to `swap` or `undoSwap`. @default 60 */
  readonly recoverSeconds?: number
}

/** How a swap ended. */
export interface SwapReport {
  readonly outcome: SwapOutcome
  /** The server's errors on the way, by number. */
  readonly errors: readonly number[]
}

/**
 * Makes what is staged live, by one RENAME, and keeps what was live. The host gets it as one script, which it reads whole
 * before its first statement and finishes whatever becomes of the connection. Running it again goes on where it was left.
 * Rejects, with the live database as it was, with LOCKED (somebody uses a table), SWAP_REFUSED (the databases are not as
 * planned) or SWAP_FAILED (it was rolled back); with SWAP_UNFINISHED when the server went away and did not come back (each
 * table is wholly old or wholly new; run `swap` or `undoSwap`); with SWAP_RUNNING when another process does the same just now.
 * A failure of the shell comes through as it is: then `swapOutcome` tells how it ended.
 */
export async function swap(shell: ImportShell, plan: SwapPlan, options: SwapOptions): Promise<SwapReport> {
  return await perform(shell, plan, options, 'forward')
}

/** Runs a plan to either side; `back` puts everything as it was before a swap that did not come to its end. */
export async function perform(
  shell: ImportShell,
  plan: SwapPlan,
  options: SwapOptions,
  direction: 'forward' | 'back',
): Promise<SwapReport> {
  const { database, admin, signal, lockSeconds = 5, recoverSeconds = 60 } = options
  const access: Access = { database, admin }
  const name = `the swap of ${plan.live}`
  const input = swapScript(plan.id, access, swapSql(plan, { lockSeconds }), {
    direction,
    attempts: 3,
    recoverSeconds,
  })
  let stdout: string
  try {
    ;({ stdout } = await shell.run(SWAP_COMMAND, { input, name, ...(signal && { signal }) }))
  } catch (error) {
    const exitCode = (error as { exitCode?: unknown }).exitCode
    if (exitCode === 75) throw running(plan)
    if (exitCode === 74 || exitCode === 77) {
      throw new MysqlDumpError(
        'SWAP_FAILED',
        `${name} was not begun: the host has no place for its record, or did not get it whole`,
        {
          hint: 'Look at /var/tmp/raxx-… on the host: it must be a folder of the login; then run again.',
          cause: error,
        },
      )
    }
    throw explainImport(error, access, name)
  }
  const report = readReport(stdout)
  const wanted = direction === 'forward' ? 'swapped' : 'rolled-back'
  if (report.outcome === wanted) return report
  throw failure(plan, report)
}

/**
 * Tells how the last swap by this plan ended on the host, for a process that lost its connection or took over from a dead
 * one; waits while it runs. `none`: the host knows of none; `interrupted`: the host itself was ended in the middle.
 */
export async function swapOutcome(
  shell: ImportShell,
  plan: SwapPlan,
  options: { readonly signal?: AbortSignal; readonly waitSeconds?: number } = {},
): Promise<SwapReport | 'none'> {
  const { signal, waitSeconds = 120 } = options
  const { stdout } = await shell.run(outcomeCommand(plan.id, waitSeconds), {
    name: `the record of the swap of ${plan.live}`,
    ...(signal && { signal }),
  })
  if (stdout.trim() === 'none') return 'none'
  if (stdout.trim() === 'running') throw running(plan)
  return readReport(stdout)
}

/** Whether live's tables are the old ones or the new ones; there is nothing between. */
export async function swapState(
  shell: ImportShell,
  plan: SwapPlan,
  options: SwapOptions,
): Promise<'old' | 'new'> {
  const access: Access = { database: options.database, admin: options.admin }
  const { state } = swapSql(plan, { lockSeconds: 5 })
  const [row] = await ask(shell, access, state, {
    name: `the look at ${plan.live}`,
    ...(options.signal && { signal: options.signal }),
  })
  return row?.[0] === 'new' ? 'new' : 'old'
}

/** Removes what was kept for `undoSwap`, with the emptied staged database and the host's record. It cannot be undone. */
export async function dropKept(shell: ImportShell, plan: SwapPlan, options: SwapOptions): Promise<void> {
  const access: Access = { database: options.database, admin: options.admin }
  const named = { name: `the removal of ${plan.kept}`, ...(options.signal && { signal: options.signal }) }
  await ask(
    shell,
    access,
    `DROP DATABASE IF EXISTS ${sqlName(plan.kept)};\nDROP DATABASE IF EXISTS ${sqlName(plan.staged)};`,
    named,
  )
  await shell.run(forgetCommand(plan.id), named)
}

const OUTCOMES: ReadonlySet<string> = new Set([
  'swapped',
  'rolled-back',
  'refused',
  'locked',
  'unfinished',
  'interrupted',
])

function readReport(stdout: string): SwapReport {
  const [outcome = '', ...errors] = stdout.trim().split('\n')
  return {
    outcome: OUTCOMES.has(outcome) ? (outcome as SwapOutcome) : 'interrupted',
    errors: errors.map(Number).filter((number) => number > 0),
  }
}

function running(plan: SwapPlan): MysqlDumpError {
  return new MysqlDumpError('SWAP_RUNNING', `a swap of ${plan.live} is running on the host`, {
    hint: 'Wait for it, and look how it ended.',
  })
}

function failure(plan: SwapPlan, { outcome, errors }: SwapReport): MysqlDumpError {
  const seen = errors.length > 0 ? ` (server errors ${errors.join(', ')})` : ''
  if (outcome === 'locked') {
    return new MysqlDumpError(
      'LOCKED',
      `${plan.live} was not swapped: somebody uses one of its tables${seen}; nothing was changed`,
      {
        hint: 'Stop what uses it (SHOW PROCESSLIST; an open transaction shows in information_schema.INNODB_TRX), and run again.',
      },
    )
  }
  if (outcome === 'refused') {
    return new MysqlDumpError(
      'SWAP_REFUSED',
      `${plan.live} was not swapped: the databases do not hold the tables that were planned${seen}; nothing was changed`,
      {
        hint: 'Plan again, with the application stopped.',
      },
    )
  }
  if (outcome === 'rolled-back') {
    return new MysqlDumpError('SWAP_FAILED', `${plan.live} was not swapped${seen}; everything is as it was`, {
      hint: "Read what the server's error means; run again when it is mended.",
    })
  }
  return new MysqlDumpError(
    'SWAP_UNFINISHED',
    `the swap of ${plan.live} did not come to its end${seen}: its tables are wholly old or wholly new, views, triggers, routines and events may lack`,
    {
      hint: 'See that the server runs, then go on (resume) or take it back (undo).',
    },
  )
}
