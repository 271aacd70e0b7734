import { ThreadType, type Conversation, type Thread } from './freescout-conversation.ts'
import { notificationJob, replyJob } from './freescout-jobs.ts'
import { moment, type Columns } from './freescout-literal.ts'
import { starredFolderId, type FolderCount } from './freescout-mailboxes.ts'
import type { Random } from './freescout-random.ts'
import { agents } from './freescout-text.ts'

/** A row for a table. */
export type Row = readonly [table: string, columns: Columns]

const FILES: readonly (readonly [string, string])[] = [
  ['Rechnung März.pdf', 'application/pdf'],
  ['скриншот.png', 'image/png'],
  ['領収書.jpg', 'image/jpeg'],
  ['order "final".xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  ["it's.txt", 'text/plain'],
]

const anyAgent = (random: Random): number => 1 + random.int(agents.length)

/** What else FreeScout's tables hold because of a conversation. `waiting`: its mail is still in the queue; `failed`: some failed. */
export function* around(
  random: Random,
  made: Conversation,
  { waiting, failed }: { readonly waiting: boolean; readonly failed: boolean },
): Generator<Row> {
  for (const thread of made.threads) {
    if (thread.attached) yield ['attachments', attachment(random, thread)]
    if (thread.type === ThreadType.message) yield ['send_logs', sendLog(random, thread, made)]
    if (thread.type === ThreadType.customer && random.chance(0.3))
      yield ['notifications', notification(random, thread, made)]
  }
  if (random.chance(0.02)) {
    const folder = starredFolderId(made.mailboxId, anyAgent(random))
    yield ['conversation_folder', { folder_id: folder, conversation_id: made.id }]
  }
  if (random.chance(0.03))
    yield ['followers', { conversation_id: made.id, user_id: anyAgent(random), added_by_user_id: 1 }]
  if (random.chance(0.05)) yield ['activity_logs', activity(random, made)]
  if (waiting) yield* jobs(random, made)
  if (failed) yield ['failed_jobs', failedJob(random, made)]
}

/** A conversation is counted in its folder. */
export function count(folders: Map<number, FolderCount>, made: Conversation): void {
  const folder = folders.get(made.folderId) ?? { total: 0, active: 0 }
  folder.total += 1
  if (made.active) folder.active += 1
  folders.set(made.folderId, folder)
}

function attachment(random: Random, { id, userId }: Thread): Columns {
  const [name, mime] = random.pick(FILES)
  return {
    thread_id: id,
    user_id: userId,
    file_dir: `${random.int(10)}/${random.int(10)}/${random.int(10)}`,
    file_name: name,
    mime_type: mime,
    type: 1,
    size: 2000 + random.int(4_000_000),
    embedded: random.chance(0.3),
  }
}

function sendLog(random: Random, { id, at }: Thread, { customer }: Conversation): Columns {
  return {
    thread_id: id,
    customer_id: customer.id,
    message_id: `reply-${id}-${random.hex(32)}@example.com`,
    email: customer.email,
    mail_type: 1,
    status: 1,
    smtp_queue_id: random.hex(11),
    created_at: moment(at),
    updated_at: moment(at),
  }
}

function notification(random: Random, { id, at }: Thread, made: Conversation): Columns {
  return {
    id: `${random.hex(8)}-${random.hex(4)}-4${random.hex(3)}-a${random.hex(3)}-${random.hex(12)}`,
    type: 'App\\Notifications\\WebsiteNotification',
    notifiable_id: anyAgent(random),
    notifiable_type: 'App\\User',
    data: JSON.stringify({ thread_id: id, conversation_id: made.id }),
    conversation_id: made.id,
    read_at: random.chance(0.8) ? moment(at) : null,
    created_at: moment(at),
    updated_at: moment(at),
  }
}

function activity(random: Random, { customer, threads }: Conversation): Columns {
  const error = `Connection to tcp://smtp.example.com:587 failed: "${random.hex(8)}"`
  return {
    log_name: 'emails_sending',
    description: 'Error sending email to customer',
    causer_id: customer.id,
    causer_type: 'App\\Customer',
    properties: JSON.stringify({ error, to: customer.email }),
    created_at: moment(threads[0]!.at),
    updated_at: moment(threads[0]!.at),
  }
}

const reply = ({ id, threads, customer }: Conversation): string =>
  replyJob(
    id,
    threads.map((thread) => thread.id),
    customer.id,
  )

function* jobs(random: Random, made: Conversation): Generator<Row> {
  const at = Math.floor(made.threads.at(-1)!.at / 1000)
  const job = (queue: string, payload: string, wait: number): Row => [
    'jobs',
    { queue, payload, attempts: wait === 0 ? 0 : 1, available_at: at + wait, created_at: at },
  ]
  yield job('emails', reply(made), random.int(600))
  const threads = made.threads.map(({ id }) => id)
  if (random.chance(0.5)) yield job('default', notificationJob(made.id, threads, [1, 2]), 0)
}

function failedJob(random: Random, made: Conversation): Columns {
  const place = `/var/www/html/freescout/vendor/swiftmailer/lib/AbstractSmtpTransport.php:${100 + random.int(400)}`
  return {
    connection: 'database',
    queue: 'emails',
    payload: reply(made),
    exception: `Swift_TransportException: Expected "250" but got "421", with message "421 4.7.0 Try again\r\n" in ${place}\nStack trace:\n#0 {main}`,
    failed_at: moment(made.threads.at(-1)!.at),
  }
}
