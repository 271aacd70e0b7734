import { expect, test } from 'vitest'
import { isRetentionPlan } from './decided.ts'
import { planRetention, type RetentionItem, type RetentionPlan } from './plan-retention.ts'

const items: RetentionItem[] = [1, 2, 3].map((day) => ({
  id: `day ${day}`,
  at: new Date(Date.UTC(2026, 10, day)),
  sound: true,
}))
const plan = planRetention(items, { last: 1 }, new Date('2026-11-22T06:17:00Z'))

test('only the plan itself is a plan: not a copy, not one read from a file, not one by hand', () => {
  expect(isRetentionPlan(plan)).toBe(true)
  for (const forged of [
    { ...plan },
    structuredClone(plan),
    JSON.parse(JSON.stringify(plan)),
    Object.create(plan),
    { keep: [], remove: [{ item: items[0], reasons: [] }] },
    ['day 1'],
    null,
    undefined,
  ]) {
    expect(isRetentionPlan(forged)).toBe(false)
  }
})

test('a plan written by hand does not type check', () => {
  type ByHand = Pick<RetentionPlan<RetentionItem>, 'keep' | 'remove' | 'newest'>
  const typeChecks: ByHand extends RetentionPlan<RetentionItem> ? true : false = false
  expect(typeChecks).toBe(false)
})

test('a plan cannot be changed afterwards', () => {
  const open = plan as unknown as { remove: { item: unknown; reasons: string[] }[] }
  expect(() => open.remove.push({ item: items[2], reasons: [] })).toThrow(TypeError)
  expect(() => Object.assign(open.remove[0] ?? {}, { item: items[2] })).toThrow(TypeError)
  expect(() => Object.assign(open, { remove: [] })).toThrow(TypeError)
  expect(Object.isFrozen(items)).toBe(false)
})
