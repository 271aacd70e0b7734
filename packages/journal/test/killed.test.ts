import {
  type Arbitrary,
  array,
  assert,
  asyncProperty,
  boolean,
  constantFrom,
  nat,
  record,
  tuple,
} from 'fast-check'
import { expect, test } from 'vitest'
import { finish, resume, runSteps } from '../src/index.ts'
import { type Fault, faultsAt } from './faults.ts'
import { type Command, live } from './life.ts'
import { type StepKind, World } from './world.ts'

const plain = { asks: true, undoes: true, stops: false }
// As a restore: two steps beside, two under a hold, one that only looks, one that must not take the others back.
const restore: readonly StepKind[] = [
  plain,
  { ...plain, asks: false },
  { ...plain, hold: 0 },
  { ...plain, hold: 0, asks: false },
  { ...plain, undoes: false, asks: false },
  { ...plain, stops: true },
]
const commands: readonly (readonly Command[])[] = [
  ['resume'],
  ['takeBack'],
  ['resume', 'takeBack'],
  ['takeBack', 'resume'],
]

const settled = /^(done|taken back)$/

test('whatever goes wrong at any one point, one command makes the world all done or all undone', async () => {
  for (const followedBy of commands) {
    for (const fault of ['kill', 'fail', 'abort'] as const) {
      const { points } = await live(restore, new Map(), followedBy)
      expect(points).toBeGreaterThan(40)
      for (let point = 0; point < points; point++) {
        const { ended } = await live(restore, new Map([[point, fault]]), followedBy)
        expect(ended).toMatch(settled)
      }
    }
  }
})

test('whatever goes wrong at any two points, in the first process or the next', async () => {
  const faults: readonly (readonly [Fault, Fault])[] = [
    ['kill', 'kill'],
    ['fail', 'kill'],
    ['fail', 'fail'],
  ]
  for (const followedBy of commands.slice(0, 2)) {
    for (const [first, second] of faults) {
      const { points } = await live(restore, new Map(), followedBy)
      for (let a = 0; a < points; a++) {
        for (let b = a + 1; b < a + 16; b++) {
          const { ended } = await live(
            restore,
            new Map([
              [a, first],
              [b, second],
            ]),
            followedBy,
          )
          expect(ended).toMatch(settled)
        }
      }
    }
  }
})

test('any list of steps, with failures, kills and interruptions at any points, ends all done or all undone', async () => {
  const kind: Arbitrary<StepKind> = record({
    hold: constantFrom(undefined, undefined, 0 as const, 1 as const),
    asks: boolean(),
    undoes: boolean(),
    stops: boolean(),
  }).map(({ hold, ...rest }) => (hold === undefined ? rest : { ...rest, hold }))
  const fault = tuple(nat(14), constantFrom<Fault>('kill', 'fail', 'abort'))
  const command = constantFrom<Command>('resume', 'takeBack')
  await assert(
    asyncProperty(
      array(kind, { minLength: 1, maxLength: 6 }),
      array(fault, { maxLength: 8 }),
      array(command, { minLength: 1, maxLength: 6 }),
      async (kinds, gaps, followedBy) => {
        let point = -1
        const faults = new Map(gaps.map(([gap, what]) => [(point += gap + 1), what] as const))
        const { ended } = await live(kinds, faults, followedBy)
        expect(ended).toMatch(settled)
      },
    ),
    { numRuns: 1500 },
  )
})

test('finishing, cut off at any point, is finished by the next call, and never taken back once it began', async () => {
  const options = { by: 'a test', now: () => new Date(0) }
  for (const goOn of [finish, resume]) {
    for (const fault of ['kill', 'fail', 'abort'] as const) {
      for (let point = 0, reached = true; reached; point++) {
        const faults = new Map<number, Fault>()
        const chance = faultsAt(faults)
        const world = new World(restore, chance)
        await runSteps(world.steps(), world.store(), { ...options, id: '1', kind: 'test', plan: null })
        const at = chance.seen.length + point
        faults.set(at, fault)
        const failed = { state: 'failed' as const }
        const outcome = await chance
          .process((signal) => finish(world.steps(), world.store(), { ...options, signal }))
          .catch(() => failed)
        reached = chance.seen.length > at
        faults.clear()
        // Where nothing went wrong any more, the loop has come to its end.
        expect(reached || (outcome !== 'killed' && outcome.state === 'finished')).toBe(true)
        const began = world.record?.state === 'finishing' || world.record?.state === 'finished'
        expect(began || world.kept.size === restore.length).toBe(true)
        const next = began ? goOn : finish
        expect((await next(world.steps(), world.store(), options)).state).toBe('finished')
        expect([...world.kept]).toEqual([])
        expect(world.broken).toEqual([])
      }
    }
  }
})
