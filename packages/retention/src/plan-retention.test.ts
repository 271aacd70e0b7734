import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { planRetention, type RetentionItem, type RetentionPlan } from './plan-retention.ts'
import type { RetentionPolicy } from './policy.ts'

const dayMs = 86_400_000
const now = new Date('2026-11-22T06:17:00Z')
const daysAgo = (days: number): Date => new Date(Date.parse('2026-11-22T00:00:00Z') - days * dayMs)
const dump = (days: number, rest: Partial<RetentionItem> = {}): RetentionItem => ({
  id: daysAgo(days).toISOString().slice(0, 10),
  at: daysAgo(days),
  sound: true,
  ...rest,
})
const daily = (from: number, to: number, rest: Partial<RetentionItem> = {}): RetentionItem[] =>
  Array.from({ length: to - from + 1 }, (_, index) => dump(from + index, rest))
const removed = (plan: RetentionPlan<RetentionItem>): string[] => plan.remove.map(({ item }) => item.id)
const whyKept = (plan: RetentionPlan<RetentionItem>, id: string): readonly string[] | undefined =>
  plan.keep.find(({ item }) => item.id === id)?.reasons

describe('30 days and the last 7', () => {
  const policy = { days: 30, atLeast: 7 }

  test('of forty daily dumps those older than 30 days go, and each says why', () => {
    const plan = planRetention(daily(0, 39), policy, now)
    expect(removed(plan)).toEqual(daily(31, 39).map(({ id }) => id))
    expect(plan.remove[0]).toEqual({
      item: dump(31),
      reasons: ['older than 30 days, and 31 newer proven ones exist'],
    })
    expect(whyKept(plan, dump(0).id)).toEqual([
      'newest proven',
      'within 30 days',
      'one of the newest 7 proven',
    ])
    expect(whyKept(plan, dump(6).id)).toEqual(['within 30 days', 'one of the newest 7 proven'])
    expect(whyKept(plan, dump(30).id)).toEqual(['within 30 days'])
  })

  test('when backups stopped long ago, the newest seven proven stay', () => {
    const plan = planRetention(daily(100, 120), policy, now)
    expect(removed(plan)).toEqual(daily(107, 120).map(({ id }) => id))
    expect(whyKept(plan, dump(106).id)).toEqual(['one of the newest 7 proven'])
  })

  test('unproven ones do not count: seven newer unproven ones let nothing go', () => {
    expect(removed(planRetention([...daily(0, 6, { sound: false }), dump(50)], policy, now))).toEqual([])
  })

  test('an old unproven one goes by the same rule, once seven newer proven ones exist', () => {
    const unproven = dump(50, { sound: false })
    expect(removed(planRetention([...daily(0, 5), unproven], policy, now))).toEqual([])
    const plan = planRetention([...daily(0, 6), unproven], policy, now)
    expect(plan.remove).toEqual([
      { item: unproven, reasons: ['not proven', 'older than 30 days, and 7 newer proven ones exist'] },
    ])
  })

  test('days are calendar days: the hour of the run changes nothing', () => {
    for (const time of ['00:00:00.000', '06:17:00.000', '23:59:59.999']) {
      expect(removed(planRetention(daily(0, 39), policy, new Date(`2026-11-22T${time}Z`)))).toHaveLength(9)
    }
  })
})

describe('the last 7', () => {
  const policy = { last: 7 }
  const name = { soundName: 'available' }

  test('the newest seven available snapshots stay, today’s among them', () => {
    const plan = planRetention(daily(0, 9), policy, now, name)
    expect(removed(plan)).toEqual(daily(7, 9).map(({ id }) => id))
    expect(whyKept(plan, dump(0).id)).toEqual(['newest available', 'one of the newest 7 available'])
    expect(plan.remove[0]?.reasons).toEqual(['7 newer available ones exist'])
  })

  test('one in error goes only when seven newer available ones exist', () => {
    const errored = dump(4, { id: 'errored', sound: false })
    expect(removed(planRetention([...daily(0, 6), errored], policy, now))).toEqual([])
    expect(whyKept(planRetention([...daily(0, 6), errored], policy, now), 'errored')).toEqual([
      'only 4 of 7 newer proven ones exist',
    ])
    expect(removed(planRetention([...daily(0, 6), dump(9, { sound: false })], policy, now))).toHaveLength(1)
  })

  test('a held one stays whatever its age, and says why', () => {
    const pending = dump(20, { sound: false, held: 'still pending' })
    const plan = planRetention([...daily(0, 9), pending], policy, now)
    expect(whyKept(plan, pending.id)).toEqual(['still pending'])
  })
})

describe('the newest proven', () => {
  test('stays when the policy alone would let it go', () => {
    const plan = planRetention(daily(90, 92), { days: 0, atLeast: 1 }, now)
    expect(whyKept(plan, dump(90).id)).toEqual(['newest proven'])
    expect(removed(planRetention(daily(90, 92), { days: 30, atLeast: 0 }, now))).toHaveLength(2)
    expect(plan.newest).toEqual(dump(90))
  })

  test('does not exist: nothing goes', () => {
    const plan = planRetention(daily(40, 90, { sound: false }), { days: 1, atLeast: 0 }, now)
    expect(removed(plan)).toEqual([])
    expect(plan.newest).toBeUndefined()
    expect(plan.keep[0]?.reasons).toEqual(['no newer proven one exists'])
  })

  test('is not one from the future: dumps of a wrong clock stay, and let nothing go', () => {
    const ahead = daily(-400, -390)
    const plan = planRetention([...ahead, ...daily(40, 47)], { days: 30, atLeast: 7 }, now)
    expect(removed(plan)).toEqual([dump(47).id])
    expect(plan.newest).toEqual(dump(40))
    expect(plan.keep[0]?.reasons).toEqual(['dated in the future: one of the clocks is wrong'])
  })

  test('may be a little ahead of `now`: a run lasts, and clocks differ by seconds', () => {
    const justMade = dump(0, { id: 'made during the run', at: new Date(now.getTime() + 600_000) })
    const plan = planRetention([justMade, ...daily(1, 7)], { last: 7 }, now)
    expect(removed(plan)).toEqual([dump(7).id])
    expect(plan.newest).toBe(justMade)
  })
})

test('of items dated alike none is newer than the other, so both stay', () => {
  const twins = [dump(0, { id: 'a' }), dump(0, { id: 'b' })]
  expect(removed(planRetention(twins, { last: 1 }, now))).toEqual([])
})

const anyItem: fc.Arbitrary<RetentionItem> = fc.record({
  id: fc.uuid(),
  at: fc.integer({ min: -3, max: 60 }).map((days) => daysAgo(days)),
  sound: fc.boolean(),
  held: fc.option(fc.constant('held for a reason'), { nil: undefined, freq: 10 }),
})
const anyItems = fc.uniqueArray(anyItem, { selector: ({ id }) => id, maxLength: 40 })
const small = fc.integer({ min: 0, max: 12 })
const anyPolicy: fc.Arbitrary<RetentionPolicy> = fc.oneof(
  fc
    .record({ days: fc.integer({ min: 0, max: 40 }), atLeast: small })
    .filter(({ days, atLeast }) => days + atLeast > 0),
  fc.record({ last: fc.integer({ min: 1, max: 12 }) }),
)
const ofNow = (items: readonly RetentionItem[]): RetentionItem[] =>
  items.filter(({ sound, at }) => sound && at.getTime() - now.getTime() <= dayMs)

describe('for every set of items and every policy', () => {
  test('each item is kept or removed, never both, with a reason', () => {
    fc.assert(
      fc.property(anyItems, anyPolicy, (items, policy) => {
        const plan = planRetention(items, policy, now)
        const decided = [...plan.keep, ...plan.remove]
        expect(decided.map(({ item }) => item.id).toSorted()).toEqual(items.map(({ id }) => id).toSorted())
        expect(decided.every(({ reasons }) => reasons.length > 0)).toBe(true)
      }),
    )
  })

  test('the newest sound one stays, and as many of the newest as the policy asks for', () => {
    fc.assert(
      fc.property(anyItems, anyPolicy, (items, policy) => {
        const plan = planRetention(items, policy, now)
        const asked = Math.max(1, 'last' in policy ? policy.last : policy.atLeast)
        const newest = ofNow(items).toSorted((a, b) => b.at.getTime() - a.at.getTime())
        const kept = new Set(plan.keep.map(({ item }) => item))
        expect(newest.slice(0, asked).every((item) => kept.has(item))).toBe(true)
      }),
    )
  })

  test('what goes has at least as many newer sound ones, all of them kept, as the policy asks for', () => {
    fc.assert(
      fc.property(anyItems, anyPolicy, (items, policy) => {
        const plan = planRetention(items, policy, now)
        const asked = Math.max(1, 'last' in policy ? policy.last : policy.atLeast)
        const kept = ofNow(plan.keep.map(({ item }) => item))
        for (const { item } of plan.remove) {
          expect(kept.filter(({ at }) => at > item.at).length).toBeGreaterThanOrEqual(asked)
          expect(item.held).toBeUndefined()
          const days = 'days' in policy ? policy.days : -1
          expect(now.getTime() - item.at.getTime()).toBeGreaterThan(days * dayMs)
        }
      }),
    )
  })

  test('a larger allowance never removes more', () => {
    fc.assert(
      fc.property(anyItems, anyPolicy, small, small, (items, policy, more, still) => {
        const larger =
          'last' in policy
            ? { last: policy.last + more }
            : { days: policy.days + more, atLeast: policy.atLeast + still }
        const before = new Set(removed(planRetention(items, policy, now)))
        expect(removed(planRetention(items, larger, now)).every((id) => before.has(id))).toBe(true)
      }),
    )
  })

  test('an unsound one more changes nothing for the others', () => {
    fc.assert(
      fc.property(anyItems, anyPolicy, anyItem, (items, policy, one) => {
        fc.pre(items.every(({ id }) => id !== one.id))
        const others = planRetention(items, policy, now)
        const all = planRetention([...items, { ...one, sound: false }], policy, now)
        expect(removed(all).filter((id) => id !== one.id)).toEqual(removed(others))
        expect(all.keep.filter(({ item }) => item.id !== one.id)).toEqual(others.keep)
      }),
    )
  })

  test('the order of the list is irrelevant', () => {
    fc.assert(
      fc.property(
        anyItems.chain((items) =>
          fc.tuple(fc.constant(items), fc.shuffledSubarray(items, { minLength: items.length })),
        ),
        anyPolicy,
        ([items, shuffled], policy) => {
          expect(planRetention(shuffled, policy, now)).toEqual(planRetention(items, policy, now))
        },
      ),
    )
  })

  test('planning again after removal removes nothing more', () => {
    fc.assert(
      fc.property(anyItems, anyPolicy, (items, policy) => {
        const { keep } = planRetention(items, policy, now)
        expect(
          removed(
            planRetention(
              keep.map(({ item }) => item),
              policy,
              now,
            ),
          ),
        ).toEqual([])
      }),
    )
  })

  test('time alone never brings a removed one back', () => {
    fc.assert(
      fc.property(anyItems, anyPolicy, fc.integer({ min: 0, max: 90 }), (items, policy, days) => {
        const later = new Set(removed(planRetention(items, policy, new Date(now.getTime() + days * dayMs))))
        expect(removed(planRetention(items, policy, now)).every((id) => later.has(id))).toBe(true)
      }),
    )
  })
})

const planning =
  (items: readonly RetentionItem[], policy: unknown, at: Date = now) =>
  (): unknown =>
    planRetention(items, policy as RetentionPolicy, at)

describe('what cannot be planned', () => {
  test.each([{ days: 0, atLeast: 0 }, { last: 0 }])('a policy that keeps nothing: %j', (policy) => {
    expect(planning([], policy)).toThrow(
      expect.objectContaining({ code: 'EMPTY_POLICY', hint: expect.stringContaining('at least one') }),
    )
  })

  test.each([
    [{ last: Number.NaN }],
    [{ last: -1 }],
    [{ last: 1.5 }],
    [{ last: '7' }],
    [{ last: Infinity }],
    [{ days: 30 }],
    [{ atLeast: 7 }],
    [{ days: -1, atLeast: 7 }],
    [{ days: 30, atLeast: Number.NaN }],
    [{ days: 30, atLeast: 7, last: 7 }],
    [{}],
    [null],
    [7],
  ])('a policy that is none: %j', (policy) => {
    expect(planning([], policy)).toThrow(
      expect.objectContaining({ code: 'INVALID_POLICY', hint: expect.any(String) }),
    )
  })

  test('two items of one name', () => {
    expect(planning([dump(1), dump(1)], { last: 1 })).toThrow(
      expect.objectContaining({ code: 'DUPLICATE_ID' }),
    )
  })

  test('an item, or a now, that is no time', () => {
    const never = new Date('never')
    expect(planning([dump(1, { at: never })], { last: 1 })).toThrow(
      expect.objectContaining({ code: 'INVALID_TIME' }),
    )
    expect(planning([], { last: 1 }, never)).toThrow(expect.objectContaining({ code: 'INVALID_TIME' }))
  })

  test.each([{ id: '' }, { sound: 'false' }, { sound: undefined }])('an item with %j', (wrong) => {
    const item = { ...dump(1), ...wrong } as RetentionItem
    expect(planning([item], { last: 1 })).toThrow(expect.objectContaining({ code: 'INVALID_ITEM' }))
  })
})
