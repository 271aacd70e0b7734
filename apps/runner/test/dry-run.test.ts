import { type Sandbox, startSandbox } from '@raxx/testkit/sandbox'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newScene } from './scene.ts'

let box: Sandbox
beforeAll(async () => {
  box = await startSandbox({ bytes: 200_000 })
})
afterAll(() => box.stop())

const planOf = (stderr: string): string =>
  /plan for .*\n((?: {2}.*\n)*)/.exec(stderr)?.[1] ?? 'no plan was printed'

test.each([
  ['an empty account', () => {}],
  ['a bucket that is there', (bucket: string) => box.s3.addBucket(bucket)],
])(
  'a dry run makes only reading calls, and prints the plan that the run then follows: %s',
  async (_, prepare) => {
    const scene = newScene(box)
    prepare(scene.bucket)
    const dry = await scene.run(['run', '--dry-run', '--json'])
    expect(dry.code).toBe(0)
    expect(dry.json()).toMatchObject({
      dryRun: true,
      outcome: 'ok',
      dump: { outcome: 'planned', key: scene.key },
      snapshot: { outcome: 'planned' },
      notifications: [],
    })
    const calls = [box.s3, box.ssm, box.lightsail, box.slack].flatMap((server) => server.calls)
    expect(calls.length).toBeGreaterThan(0)
    expect(calls.filter(({ writes }) => writes)).toEqual([])
    expect(box.slack.messages).toEqual([])
    const real = await scene.run(['run'])
    expect(planOf(real.stderr)).toBe(planOf(dry.stderr))
  },
)

test('a dry run that cannot read says so and fails, and tells nobody', async () => {
  const scene = newScene(box)
  box.lightsail.faults.add({
    on: 'GetInstanceSnapshots',
    answer: { error: { status: 400, code: 'AccessDeniedException' } },
  })
  const dry = await scene.run(['run', '--dry-run', '--json'])
  expect(dry.code).toBe(3)
  expect(dry.json()['snapshot']).toMatchObject({ outcome: 'failed', error: { code: 'ACCESS_DENIED' } })
  expect(box.slack.messages).toEqual([])
})
