import type { Random } from './freescout-random.ts'
import { languages, type Language } from './freescout-words.ts'

type Fill = (random: Random, language: Compiled) => string
type Template = readonly (string | Fill)[]

/** A language whose templates are cut at their slots once, so that filling one is a few joins. */
export interface Compiled {
  readonly code: string
  readonly rtl: boolean
  readonly words: Language
  readonly greetings: readonly Template[]
  readonly subjects: readonly Template[]
  readonly sentences: readonly Template[]
  readonly closings: readonly Template[]
}

const two = (value: number): string => String(value).padStart(2, '0')

const SLOTS: Readonly<Record<string, Fill>> = {
  noun: (random, { words }) => random.skewed(words.noun),
  adj: (random, { words }) => random.skewed(words.adj),
  verb: (random, { words }) => random.skewed(words.verb),
  agent: (random) => random.pick(agents)[0],
  order: (random) => `#${100_000 + random.int(900_000)}`,
  invoice: (random) => `INV-${2022 + random.int(5)}-${10_000 + random.int(90_000)}`,
  number: (random) => String(2 + random.int(48)),
  amount: (random) => `${1 + random.int(900)},${two(random.int(100))} €`,
  date: (random) => `${1 + random.int(28)}.${1 + random.int(12)}.`,
  time: (random) => `${random.int(24)}:${two(random.int(60))}`,
  version: (random) => `${1 + random.int(3)}.${random.int(20)}.${random.int(240)}`,
  hex: (random) => `0x${random.hex(8)}`,
  file: (random) => `C:\\Users\\${random.skewed(agents)[0]}\\Desktop\\scan_${random.int(100_000)}.pdf`,
}

/** Those who answer: first name, last name, job. */
export const agents: readonly (readonly [string, string, string])[] = [
  ['Marta', 'Kowalska', 'Head of Support'],
  ['Jonas', 'Lindqvist', 'Second Level'],
  ['Aoife', "O'Brien", 'Billing'],
  ['Tomáš', 'Dvořák', 'Logistics'],
  ['Yuki', 'Watanabe', 'Support'],
  ['Inês', 'Gonçalves', 'Support'],
  ['Søren', 'Ågård', 'Returns'],
  ['Leïla', 'Benali', 'Support'],
  ['Karl-Heinz', 'Größer', 'Field Service'],
  ['Priya', 'Raghunathan', 'Accounts'],
  ['Dino', 'Šarić', 'Support'],
  ['Zoë', 'van der Meer', 'Quality'],
]

const cut = (template: string): Template =>
  template.split(/\{(\w+)\}/).map((part, index) => (index % 2 === 0 ? part : SLOTS[part]!))

const compiled: readonly Compiled[] = languages.map((words) => ({
  code: words.code,
  rtl: words.rtl ?? false,
  words,
  greetings: words.greetings.map(cut),
  subjects: words.subjects.map(cut),
  sentences: words.sentences.map(cut),
  closings: words.closings.map(cut),
}))

const drawn: readonly Compiled[] = compiled.flatMap((language) =>
  Array.from({ length: language.words.weight }, () => language),
)

export const anyLanguage = (random: Random): Compiled => random.pick(drawn)
export const english: Compiled = compiled[0]!

export function fill(random: Random, language: Compiled, templates: readonly Template[]): string {
  let text = ''
  for (const part of random.pick(templates)) text += typeof part === 'string' ? part : part(random, language)
  return text
}

/** A few sentences of one language. */
export function paragraph(random: Random, language: Compiled): string {
  const space = language.code === 'zh' || language.code === 'ja' ? '' : ' '
  let text = fill(random, language, language.sentences)
  for (let left = 1 + random.int(5); left > 0; left -= 1)
    text += space + fill(random, language, language.sentences)
  return text
}

/** What somebody pastes into a ticket one day, and what naive readers of a dump trip over. */
export const nastyTexts: readonly string[] = [
  "'),(1,2,'",
  '),(',
  "Robert'); DROP TABLE `threads`;--",
  '-- Dump completed on 2026-01-01  3:00:00',
  '\n-- Dump completed on 2026-01-01  3:00:00\n',
  "INSERT INTO `threads` VALUES (1,'a'),(2,'b');\nCREATE TABLE `x` (`id` int);",
  '/*!40101 SET NAMES latin1 */; /*!50003 CREATE TRIGGER `t` */;;',
  'DELIMITER ;;\nBEGIN END;;\nDELIMITER ;',
  'C:\\new\\temp\\',
  "It''s \\'quoted\\' \\\\ \"twice\" `and` more\\",
  'null byte \0, Ctrl-Z \u001A, bell \u0007, tab \t, CR LF \r\n, line separators \u2028\u2029\u0085',
  'NULL',
  '\\N',
  'UNLOCK TABLES;\nUSE `mysql`;\n\\! echo hello\n\\. /etc/passwd',
  '👩‍👩‍👧‍👦🏳️‍🌈 Z̷̢͠a̶l̵g̸o̷ 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 ﷽ \u202Eright to left\u202C',
  '0x27292C2827',
]
