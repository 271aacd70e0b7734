import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Message } from './message.ts'
import { slackMessage } from './slack-message.ts'

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.string({ unit: fc.constantFrom('<', '&', '!here>', '😀', '\n', 'x'), minLength: 2000, maxLength: 6000 }),
)
const message: fc.Arbitrary<Message> = fc.record(
  {
    severity: fc.constantFrom('failure', 'recovery', 'alert', 'info'),
    title: text,
    facts: fc.array(fc.record({ label: text, value: text }), { maxLength: 20 }),
    sections: fc.array(fc.record({ heading: text, text, hint: text }), { maxLength: 60 }),
    hint: text,
    link: fc.record({ label: text, url: fc.oneof(fc.webUrl(), text) }),
  },
  { requiredKeys: ['severity', 'title'] },
)

test('every message fits into Slack’s limits, mentions nobody, and links at most to its own link', () => {
  fc.assert(
    fc.property(message, (any) => {
      const { text: fallback, blocks } = slackMessage(any)
      expect(fallback.length).toBeGreaterThan(0)
      expect(fallback.length).toBeLessThan(4000)
      expect(blocks.length).toBeLessThanOrEqual(50)
      for (const block of blocks) expect(block.text.text.length).toBeLessThanOrEqual(3000)
      const all = blocks.map((block) => block.text.text).join('')
      expect(all.length).toBeLessThan(12_000)
      expect(all.isWellFormed()).toBe(true)
      expect(all).not.toMatch(/&(?!(amp|lt|gt);)/)
      expect(fallback).not.toMatch(/[<>]/)
      const links = all.match(/<https?:[^<>|]*\|[^<>]*>/g) ?? []
      expect(links.length).toBeLessThanOrEqual(1)
      expect(all.split('<')).toHaveLength(links.length + 1)
    }),
    { numRuns: 60 },
  )
})

test('what fits is not cut', () => {
  const { blocks } = slackMessage({ severity: 'recovery', title: 'all is well again', hint: 'Do nothing.' })
  expect(blocks.map((block) => block.text.text)).toEqual([
    ':large_green_circle: *all is well again*',
    ':bulb: Do nothing.',
  ])
})
