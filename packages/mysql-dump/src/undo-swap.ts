import type { Access } from './admin.ts'
import type { ImportShell } from './import-shell.ts'
import { readObjects } from './swap-objects.ts'
import { makePlan, type SwapPlan } from './swap-plan.ts'
import { perform, type SwapOptions, type SwapReport, swapState } from './swap.ts'

/**
 * Takes a swap back, at whatever point it is: what was kept becomes live again with all its code, its events as they were;
 * what was live until now goes back to where it was staged, tables that came meanwhile with it, with its events disabled.
 * Rejects as `swap` does. Running it again goes on where it was left.
 */
export async function undoSwap(
  shell: ImportShell,
  plan: SwapPlan,
  options: SwapOptions,
): Promise<SwapReport> {
  const reverse = await planUndo(shell, plan, options)
  return reverse
    ? await perform(shell, reverse, options, 'forward')
    : await perform(shell, plan, options, 'back')
}

/** The plan that `undoSwap` follows, to be shown or kept; undefined where the tables were never swapped, or are back. */
export async function planUndo(
  shell: ImportShell,
  plan: SwapPlan,
  options: SwapOptions,
): Promise<SwapPlan | undefined> {
  const { database, admin, signal } = options
  const access: Access = { database, admin }
  if ((await swapState(shell, plan, options)) === 'old') return undefined
  const live = await readObjects(shell, access, plan.live, signal)
  const kept = await readObjects(shell, access, plan.kept, signal)
  return makePlan(live, kept, plan.staged, plan.before.live)
}
