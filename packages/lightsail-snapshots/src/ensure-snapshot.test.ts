import { expect, test } from 'vitest'
import { snapshotAction } from './ensure-snapshot.ts'

test.each([
  [undefined, 'take'],
  [{ state: 'available' }, 'keep'],
  [{ state: 'pending' }, 'wait'],
  [{ state: 'error' }, 'retake'],
  // Something that Lightsail may say one day is not removed for being unknown.
  [{ state: 'archiving' }, 'wait'],
] as const)('a snapshot %j asks to %s', (existing, action) => {
  expect(snapshotAction(existing)).toBe(action)
})
