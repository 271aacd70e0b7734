import { expect, test } from 'vitest'
import { describePlan } from './describe-plan.ts'
import { planRetention } from './plan-retention.ts'

const items = ['2026-11-22', '2026-11-21', '2026-09-01', '2026-08-31'].map((date) => ({
  id: `db/${date}.sql.gz`,
  date,
  at: new Date(`${date}T00:00:00Z`),
  sound: date !== '2026-08-31',
}))
const plan = planRetention(items, { days: 30, atLeast: 2 }, new Date('2026-11-22T06:17:00Z'))

test('a plan reads as one line an item, newest first, with what happens and why', () => {
  expect(describePlan(plan, { name: ({ date }) => date })).toEqual([
    'keep    2026-11-22  newest proven; within 30 days; one of the newest 2 proven',
    'keep    2026-11-21  within 30 days; one of the newest 2 proven',
    'remove  2026-09-01  older than 30 days, and 2 newer proven ones exist',
    'remove  2026-08-31  not proven; older than 30 days, and 3 newer proven ones exist',
  ])
})

test('items go by their id when no other name is asked for', () => {
  expect(describePlan(plan)[0]).toContain('  db/2026-11-22.sql.gz  ')
  expect(describePlan(planRetention([], { last: 1 }, new Date(0)))).toEqual([])
})
