import type { Message } from './message.ts'

/** The message as lines of plain text: what a terminal, a webhook or a Slack notification shows. */
export function plainText(message: Message): string {
  const { title, facts = [], sections = [], hint, link } = message
  const lines = [
    oneLine(title),
    ...facts.map(({ label, value }) => `${oneLine(label)}: ${printable(value)}`),
    ...sections.flatMap((section) => [
      '',
      oneLine(section.heading),
      printable(section.text),
      ...(section.hint === undefined ? [] : [`hint: ${printable(section.hint)}`]),
    ]),
    ...(hint === undefined ? [] : ['', `hint: ${printable(hint)}`]),
    ...(link === undefined ? [] : ['', `${oneLine(link.label)}: ${printable(link.url)}`]),
  ]
  return lines.join('\n')
}

/** Without control characters but line breaks and tabs: what came from a server may hold a terminal's escape sequences. */
export function printable(text: string): string {
  return text
    .toWellFormed()
    .replaceAll('\r\n', '\n')
    .replaceAll(/(?![\n\t])\p{Cc}/gu, ' ')
    .trim()
}

/** On one line. */
export function oneLine(text: string): string {
  return printable(text).replaceAll(/\s+/g, ' ')
}

/** At most `length` UTF-16 units, cut between characters, with an ellipsis where something went. */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text
  return `${text.slice(0, Math.max(0, length - 1)).replace(/[\uD800-\uDBFF]$/, '')}…`
}
