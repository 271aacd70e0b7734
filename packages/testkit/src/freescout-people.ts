import { moment, type Columns } from './freescout-literal.ts'
import { seededRandom, type Random } from './freescout-random.ts'
import { agents, anyLanguage, nastyTexts, type Compiled } from './freescout-text.ts'

/** One who writes to the helpdesk. */
export interface Customer {
  readonly id: number
  readonly first: string
  readonly last: string
  readonly email: string
  readonly language: Compiled
}

const ascii = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/[^a-z]/gi, '')
    .toLowerCase()

/** The customer of a number: always the same one, so that none has to be kept in memory. */
export function customerOf(seed: number, id: number): Customer {
  const random = seededRandom(seed, id)
  const language = anyLanguage(random)
  const first = random.pick(language.words.first)
  const last = random.pick(language.words.last)
  const local = [ascii(first), ascii(last), String(id)].filter(Boolean).join('.')
  return { id, first, last, email: `${local}@${random.pick(DOMAINS)}`, language }
}

const DOMAINS = [
  'example.org',
  'example.net',
  'mail.example.com',
  'büro.example',
  'post.example',
  'example.edu',
]
const CITIES = [
  'Köln',
  'Αθήνα',
  'Москва',
  'القاهرة',
  'תל אביב',
  '東京',
  '上海',
  'Łódź',
  'São Paulo',
  'Leeds',
  "L'Aquila",
]

export function customerRow(random: Random, { id, first, last }: Customer, at: number): Columns {
  const number = `+44 ${1000 + random.int(9000)} ${100_000 + random.int(900_000)}`
  return {
    id,
    first_name: first,
    last_name: last,
    company: random.chance(0.3) ? `${last} & Co` : null,
    phones: random.chance(0.4) ? JSON.stringify([{ value: number, type: 1, n: '' }]) : null,
    websites: random.chance(0.1) ? JSON.stringify([`https://${random.hex(6)}.example.org/"shop"`]) : null,
    // The first customers have one each, so that no database is without any of them.
    notes: nastyTexts[id - 1] ?? (random.chance(0.03) ? random.pick(nastyTexts) : null),
    address: random.chance(0.3) ? `${1 + random.int(200)} Hauptstraße` : null,
    city: random.pick(CITIES),
    zip: String(10_000 + random.int(89_999)),
    country: random.pick(['DE', 'GB', 'GR', 'JP', null]),
    created_at: moment(at),
    updated_at: moment(at),
  }
}

export const userEmail = (id: number): string => `${ascii(agents[id - 1]![0])}@example.com`

/** An agent's row; the first agent is the administrator. */
export function userRow(random: Random, id: number, at: number): Columns {
  const [first, last, job] = agents[id - 1]!
  return {
    id,
    first_name: first,
    last_name: last,
    email: userEmail(id),
    password: `$2y$10$${random.base64(53).replace(/\+/g, '.')}`,
    role: id === 1 ? 2 : 1,
    timezone: 'Europe/Berlin',
    invite_state: 3,
    job_title: job,
    remember_token: random.base64(60),
    created_at: moment(at),
    updated_at: moment(at),
    locale: random.pick(['en', 'de', null]),
  }
}
