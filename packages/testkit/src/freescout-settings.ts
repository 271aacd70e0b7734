import { moment } from './freescout-literal.ts'
import { mailboxRow, mailboxes } from './freescout-mailboxes.ts'
import { userRow } from './freescout-people.ts'
import type { Row } from './freescout-around.ts'
import type { Random } from './freescout-random.ts'
import { freescoutTables } from './freescout-schema.ts'
import { agents } from './freescout-text.ts'

/** The rows that a helpdesk has before its first ticket. */
export function* settings(random: Random, at: number): Generator<Row> {
  const created_at = moment(at)
  const updated_at = created_at
  for (const table of freescoutTables)
    yield ['migrations', { migration: `2018_06_10_000000_create_${table}_table`, batch: 1 }]
  for (const index of agents.keys()) yield ['users', userRow(random, index + 1, at)]
  for (const index of mailboxes.keys()) yield ['mailboxes', mailboxRow(random, index + 1, at)]
  for (const mailbox of mailboxes.keys())
    for (const user of agents.keys()) yield ['mailbox_user', { mailbox_id: mailbox + 1, user_id: user + 1 }]
  for (const user of agents.keys())
    for (const medium of [1, 2, 3])
      for (const event of [1, 3, 4, 5, 6, 13]) yield ['subscriptions', { user_id: user + 1, medium, event }]
  for (const [name, value] of OPTIONS) yield ['options', { name, value }]
  for (const alias of ['apiwebhooks', 'customfields', 'savedreplies', 'tags'])
    yield ['modules', { alias, active: true, activated: true, license: random.hex(32) }]
  for (const [locale, value] of Object.entries({ de: 'Größe', el: 'Φάκελος', ja: '受信トレイ' }))
    yield [
      'ltm_translations',
      { locale, group: '_json', key: `It's "${value}"`, value, created_at, updated_at },
    ]
  const event = 'App\\Events\\RealtimeBroadcastNotificationCreated'
  yield ['polycast_events', { channels: '["private-user.1"]', event, payload: '{"id":1}', created_at }]
  yield ['customer_channel', { customer_id: 1, channel: 11, channel_id: `telegram:${random.hex(10)}` }]
  yield ['password_resets', { email: 'marta@example.com', token: `$2y$10$${random.base64(53)}`, created_at }]
}

const OPTIONS: readonly (readonly [string, string])[] = [
  ['company_name', 'Größenwahn & Söhne "GmbH"'],
  ['mail_driver', 'smtp'],
  ['fetch_schedule', '1'],
  ['last_fetch_mails', '1795165200'],
  ['alerts_html', "<b>It's down</b>;\n-- not a comment"],
  ['email_branding', '1'],
  ['freescout_version', '1.8.214'],
]
