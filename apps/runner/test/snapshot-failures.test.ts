import type { Fault } from '@raxx/testkit/faults'
import { type Sandbox, startSandbox } from '@raxx/testkit/sandbox'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { daysAgo, newScene, today } from './scene.ts'

let box: Sandbox
beforeAll(async () => {
  box = await startSandbox({ bytes: 200_000 })
})
afterAll(() => box.stop())

const refused = (on: string, code: string, status = 400): Fault => ({
  on,
  answer: { error: { status, code } },
})

test.each<[string, Fault, string]>([
  [
    'CreateInstanceSnapshot is denied',
    refused('CreateInstanceSnapshot', 'AccessDeniedException'),
    'ACCESS_DENIED',
  ],
  [
    'GetInstanceSnapshots is denied',
    refused('GetInstanceSnapshots', 'AccessDeniedException'),
    'ACCESS_DENIED',
  ],
  ['the instance does not exist', refused('CreateInstanceSnapshot', 'NotFoundException'), 'NOT_FOUND'],
  ['Lightsail fails', refused('CreateInstanceSnapshot', 'ServiceException', 500), 'SERVICE_FAILED'],
  ['connections are cut', { on: '*', answer: { cut: true } }, 'UNREACHABLE'],
])('%s: the dump is made all the same, exit 3, one message', async (_, fault, code) => {
  const scene = newScene(box)
  box.lightsail.faults.add(fault)
  const ran = await scene.run(['run', '--json'])
  expect(ran.code).toBe(3)
  expect(ran.json()).toMatchObject({
    outcome: 'partial',
    dump: { outcome: 'ok' },
    snapshot: { outcome: 'failed', error: { code } },
  })
  expect(scene.keys()).toEqual([scene.manifestKey, scene.key])
  expect(box.slack.messages).toHaveLength(1)
})

test('the snapshot ends in error: told, and taken again by the next run', async () => {
  const scene = newScene(box)
  box.lightsail.behaviour.endsAs = 'error'
  const failed = await scene.run(['run', '--json'])
  box.lightsail.behaviour.endsAs = 'available'
  expect(failed.code).toBe(3)
  expect(failed.json()['snapshot'].error.code).toBe('SNAPSHOT_ERROR')
  const next = await scene.run(['run', '--tier', 'snapshot', '--json'])
  expect(next.stderr).toContain('which is in error, and take it again')
  expect(next.json()['snapshot']).toMatchObject({ outcome: 'ok', state: 'available' })
})

test('an answer lost after Lightsail had begun the snapshot is the success that it is', async () => {
  const scene = newScene(box)
  box.lightsail.faults.add({ on: 'CreateInstanceSnapshot', times: 1, answer: { cut: true, applied: true } })
  const ran = await scene.run(['run', '--tier', 'snapshot', '--json'])
  expect(ran.json()).toMatchObject({ outcome: 'ok', snapshot: { state: 'available' } })
  expect(box.lightsail.state.snapshots.size).toBe(1)
})

test('the newest seven stay, today’s among them; those made by hand and of others are never touched', async () => {
  const scene = newScene(box)
  for (let day = 1; day <= 9; day++) seed(`raxx-tickets-backup-${daysAgo(day)}`, day)
  seed('raxx-tickets-manual-2020-01-01', 2000)
  seed('raxx-tickets-backup-2020-02-30', 2000)
  box.lightsail.addSnapshot({
    name: 'raxx-tickets-backup-2020-01-01',
    fromInstanceName: 'another',
    createdAt: new Date(0),
  })
  const ran = await scene.run(['run', '--tier', 'snapshot', '--json'])
  expect(ran.json()['snapshot'].removed.toSorted()).toEqual(
    [7, 8, 9].map((day) => `raxx-tickets-backup-${daysAgo(day)}`).toSorted(),
  )
  expect(
    [...box.lightsail.state.snapshots.keys()]
      .filter((name) => !name.includes(daysAgo(1).slice(0, 4)))
      .toSorted(),
  ).toEqual([
    'raxx-tickets-backup-2020-01-01',
    'raxx-tickets-backup-2020-02-30',
    'raxx-tickets-manual-2020-01-01',
  ])
})

test('snapshots that are no use do not count towards those that stay', async () => {
  const scene = newScene(box)
  for (let day = 1; day <= 8; day++)
    seed(`raxx-tickets-backup-${daysAgo(day)}`, day, day % 2 === 0 ? 'error' : 'available')
  const ran = await scene.run(['run', '--tier', 'snapshot', '--json'])
  expect(ran.json()['snapshot'].removed).toEqual([])
})

test('a failed snapshot removes nothing', async () => {
  const scene = newScene(box)
  for (let day = 1; day <= 9; day++) seed(`raxx-tickets-backup-${daysAgo(day)}`, day)
  box.lightsail.faults.add(refused('CreateInstanceSnapshot', 'AccessDeniedException'))
  const ran = await scene.run(['run', '--tier', 'snapshot', '--json'])
  expect(ran.code).toBe(1)
  expect(box.lightsail.state.snapshots.size).toBe(9)
})

test('a snapshot by hand has a name that is never pruned, and refuses one that would be', async () => {
  const scene = newScene(box)
  const ran = await scene.run(['snapshot', '--json'])
  expect(ran.json()).toMatchObject({
    outcome: 'ok',
    name: `raxx-tickets-manual-${today()}`,
    state: 'available',
  })
  const again = await scene.run(['snapshot', '--json'])
  expect(again.code).toBe(5)
  expect(again.json()).toMatchObject({ outcome: 'failed', error: { code: 'NAME_TAKEN' } })
  expect((await scene.run(['snapshot', '--name', 'bad name!'])).code).toBe(2)
  const refusedName = await scene.run(['snapshot', '--name', 'raxx-tickets-backup-2026-01-01'])
  expect(refusedName.code).toBe(2)
  expect(box.lightsail.state.snapshots.size).toBe(1)
})

function seed(name: string, age: number, state: 'available' | 'error' = 'available'): void {
  box.lightsail.addSnapshot({
    name,
    fromInstanceName: 'raxx-tickets',
    createdAt: new Date(Date.now() - age * 86_400_000),
    state,
  })
}
