import { expect } from 'vitest'
import { finish, JournalError, type Outcome, resume, runSteps, takeBack } from '../src/index.ts'
import { type Fault, faultsAt } from './faults.ts'
import { type StepKind, World } from './world.ts'

/** What somebody calls after the call before has ended or was killed. */
export type Command = 'resume' | 'takeBack'

/** The life of one run: processes until nothing is left to go wrong, each followed by the next command; then undo and finish. */
export async function live(
  kinds: readonly StepKind[],
  faults: ReadonlyMap<number, Fault>,
  commands: readonly Command[],
): Promise<{ readonly points: number; readonly ended: Outcome['state'] }> {
  const chance = faultsAt(faults)
  const world = new World(kinds, chance)
  const last = Math.max(-1, ...faults.keys())
  let time = 0
  const options = { by: 'a test', now: () => new Date((time += 1000)) }
  const command = (n: number) => commands[n % commands.length] ?? 'resume'

  const call = async (act: (signal: AbortSignal) => Promise<Outcome>): Promise<Outcome | undefined> => {
    const before = JSON.stringify([world.happened, [...world.kept]])
    try {
      const outcome = await chance.process(act)
      if (outcome === 'killed') return undefined
      ends(world, outcome)
      return outcome
    } catch (error) {
      // Rejected: then no step was touched.
      expect(JSON.stringify([world.happened, [...world.kept]])).toBe(before)
      if (error instanceof JournalError) expect(error.code).toMatch(/^JOURNAL_UNWRITABLE$/)
      else expect(error).toMatchObject({ message: 'failed at read' })
      return undefined
    } finally {
      expect(world.broken).toEqual([])
    }
  }

  const first = { ...options, id: '1', kind: 'test', plan: null }
  let outcome: Outcome | undefined
  for (let n = 0; n < 100; n++) {
    const before = world.record
    const wanted = before === undefined ? 'run' : command(n)
    const calm = chance.seen.length > last
    outcome = await call(async (signal) => {
      if (wanted === 'run') return await runSteps(world.steps(), world.store(), { ...first, signal })
      return await (wanted === 'resume' ? resume : takeBack)(world.steps(), world.store(), {
        ...options,
        signal,
      })
    })
    if (!calm) continue
    // With nothing going wrong, one command is enough.
    const back = wanted === 'takeBack' || before?.state === 'taking back' || before?.state === 'taken back'
    expect(outcome?.state).toBe(back ? 'taken back' : 'done')
    break
  }
  const settled = outcome ?? expect.fail('it never came to an end')
  if (settled.state === 'done' && command(0) === 'takeBack') {
    const undone = await takeBack(world.steps(), world.store(), options)
    ends(world, undone)
    expect(undone.state).toBe('taken back')
  }
  const finished = await finish(world.steps(), world.store(), options)
  expect(finished).toMatchObject({ state: 'finished', failures: [] })
  expect([...world.kept].filter((i) => world.record?.steps[i]?.state !== 'pending')).toEqual([])
  expect(world.broken).toEqual([])
  return { points: chance.seen.length, ended: settled.state }
}

/** What must hold whenever a call has ended by itself. */
function ends(world: World, { state, record, failures }: Outcome): void {
  const phases = failures.map(({ phase }) => phase)
  if (!phases.includes('release')) expect(world.held).toEqual(['not', 'not'])
  if (state === 'done') expect(world.isDone()).toBe(true)
  if (state === 'taken back') expect(world.isUndone()).toBe(true)
  expect(state === 'failed').toBe(failures.length > 0 && !(state === 'taken back'))
  if (!phases.includes('record')) {
    expect(world.record).toEqual(record)
    expect(record.endedAt).toBeDefined()
  }
}
