import type { Message, Severity } from './message.ts'
import { oneLine, plainText, printable } from './plain-text.ts'

/** A section block of Slack's Block Kit. */
export interface SlackSection {
  readonly type: 'section'
  readonly text: { readonly type: 'mrkdwn'; readonly text: string; readonly verbatim: true }
}

const SIGNS: Record<Severity, string> = {
  failure: ':red_circle:',
  alert: ':warning:',
  recovery: ':large_green_circle:',
  info: ':information_source:',
  start: ':arrow_forward:',
  success: ':white_check_mark:',
}

// Slack takes 3,000 characters in a section and 50 blocks, and refuses a message whose blocks hold some 13,200 in all, which it
// documents nowhere (slackapi/bolt-js#2509).
const SECTION = 2900
const TOTAL = 11_000
const BLOCKS = 40

/**
 * The message as Slack shows it, within Slack's limits: what does not fit is cut, from the end, with a word that it was; title,
 * hint and link always stay. All text from outside is escaped and `verbatim`, so that no name or error in it can mention
 * anybody, name a channel or become a link.
 */
export function slackMessage(message: Message): {
  readonly text: string
  readonly blocks: readonly SlackSection[]
} {
  const sign = SIGNS[message.severity]
  const head = `${sign} *${escaped(oneLine(message.title), 1000)}*`
  const tail = [
    ...(message.hint === undefined ? [] : [`:bulb: ${escaped(printable(message.hint), 1500)}`]),
    ...(message.link === undefined ? [] : [linked(message.link)]),
  ]
  const facts = (message.facts ?? []).map(
    ({ label, value }) => `*${escaped(oneLine(label), 200)}:* ${escaped(printable(value), 1000)}`,
  )
  const sections = (message.sections ?? []).map(({ heading, text, hint }) => {
    const advice = hint === undefined ? '' : `\n:bulb: ${escaped(printable(hint), 900)}`
    const title = `*${escaped(oneLine(heading), 300)}*\n`
    return title + escaped(printable(text), SECTION - title.length - advice.length) + advice
  })
  const body = [...packed(facts), ...sections]
  const kept = fitting(body, TOTAL - head.length - tail.join('').length, BLOCKS - tail.length)
  const left = body.length - kept.length
  const more = left === 0 ? [] : [`_… and ${left} more; see the log._`]
  return {
    text: `${sign} ${escaped(plainText(message), 3000)}`,
    blocks: [head, ...kept, ...more, ...tail].map((text) => ({
      type: 'section',
      text: { type: 'mrkdwn', text, verbatim: true },
    })),
  }
}

// Lines into as few sections as hold them.
function packed(lines: readonly string[]): string[] {
  const sections: string[] = []
  for (const line of lines) {
    const last = sections.at(-1)
    if (last !== undefined && last.length + line.length < SECTION)
      sections[sections.length - 1] = `${last}\n${line}`
    else sections.push(line)
  }
  return sections
}

function fitting(texts: readonly string[], characters: number, blocks: number): readonly string[] {
  let left = characters
  const end = texts.findIndex((text, index) => (left -= text.length) < 0 || index >= blocks)
  return end === -1 ? texts : texts.slice(0, end)
}

function linked({ label, url }: NonNullable<Message['link']>): string {
  const text = escaped(oneLine(label), 200)
  // `|` and `>` end a link's address; a URL never needs them bare. Anything but http is shown, not linked.
  const safe =
    URL.canParse(url) && /^https?:/.test(url) ? new URL(url).href.replaceAll('|', '%7C') : undefined
  return safe !== undefined && safe.length < 2000
    ? `<${escape(safe)}|${text}>`
    : `${text}: ${escaped(oneLine(url), 500)}`
}

/** Escapes text for Slack and cuts it so that what comes out has at most `length` characters and no half escape at its end. */
function escaped(text: string, length: number): string {
  // Escapes only add characters.
  const whole = text.length > length ? undefined : escape(text)
  if (whole !== undefined && whole.length <= length) return whole
  let cut = ''
  for (const character of text) {
    const next = escape(character)
    if (cut.length + next.length > length - 1) break
    cut += next
  }
  return `${cut}…`
}

// https://docs.slack.dev/messaging/formatting-message-text/#escaping: these three and no more.
function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
