import { agentSender, mailHeaders, mailHtml, written } from './freescout-html.ts'
import { moment, type Columns } from './freescout-literal.ts'
import { anyMailbox, folderId, mailboxes, type PublicFolder } from './freescout-mailboxes.ts'
import { userEmail, type Customer } from './freescout-people.ts'
import type { Random } from './freescout-random.ts'
import { agents, english, fill, nastyTexts } from './freescout-text.ts'

/** FreeScout's numbers for what a thread is (app/Thread.php). */
export const ThreadType = { customer: 1, message: 2, note: 3, lineItem: 4 } as const
const CLOSED = 3
const SPAM = 4
const DELETED = 3
const PUBLISHED = 2
const HOUR = 3_600_000

export interface Thread {
  readonly id: number
  readonly type: 1 | 2 | 3 | 4
  readonly userId: number | null
  readonly at: number
  readonly attached: boolean
  readonly row: Columns
}

export interface Conversation {
  readonly id: number
  readonly mailboxId: number
  readonly folderId: number
  readonly active: boolean
  readonly customer: Customer
  readonly threads: readonly Thread[]
  readonly row: Columns
}

/** What a conversation is made from. `progress` says how far through the history it is, from 0 to 1. */
export interface Occasion {
  readonly id: number
  readonly firstThreadId: number
  readonly at: number
  readonly now: number
  readonly progress: number
  readonly customer: Customer
}

/** One ticket, from the customer's first message to the answer that closed it, or did not yet. */
export function makeConversation(random: Random, occasion: Occasion): Conversation {
  const { id, customer, at } = occasion
  const mailboxId = anyMailbox(random)
  const spam = random.chance(0.03)
  const deleted = !spam && random.chance(0.01)
  const closed = !spam && random.chance(occasion.progress > 0.97 ? 0.25 : 0.92)
  const userId = spam || random.chance(closed ? 0.02 : 0.3) ? null : 1 + random.int(agents.length)
  const threads = makeThreads(random, occasion, { mailboxId, userId, closed, spam })
  const replies = threads.filter(({ type }) => type === ThreadType.customer || type === ThreadType.message)
  const last = replies.at(-1)!
  const lastByCustomer = replies.findLast(({ type }) => type === ThreadType.customer)
  const end = threads.at(-1)!.at
  const status = spam ? SPAM : closed ? CLOSED : last.type === ThreadType.message ? 2 : 1
  const folder: PublicFolder = deleted ? 110 : spam ? 80 : closed ? 60 : userId === null ? 1 : 40
  const subject = random.chance(0.01)
    ? random.pick(nastyTexts)
    : fill(random, customer.language, customer.language.subjects)
  const row: Columns = {
    id,
    number: id,
    threads_count: replies.length,
    type: 1,
    folder_id: folderId(mailboxId, folder),
    status,
    state: deleted ? DELETED : PUBLISHED,
    subject,
    customer_email: customer.email,
    cc: random.chance(0.1) ? JSON.stringify([`cc.${random.hex(6)}@example.org`]) : null,
    preview: fill(random, customer.language, customer.language.sentences).slice(0, 255),
    has_attachments: threads.some(({ attached }) => attached),
    mailbox_id: mailboxId,
    user_id: userId,
    customer_id: customer.id,
    created_by_customer_id: customer.id,
    source_via: 1,
    source_type: 1,
    closed_by_user_id: closed ? (userId ?? 1) : null,
    closed_at: closed ? moment(end) : null,
    user_updated_at: userId === null ? null : moment(end),
    last_reply_at: moment(last.at),
    last_reply_from: last.type === ThreadType.message ? 2 : 1,
    last_customer_reply_at: lastByCustomer ? moment(lastByCustomer.at) : null,
    read_by_user: !spam,
    created_at: moment(at),
    updated_at: moment(end),
  }
  return {
    id,
    mailboxId,
    folderId: folderId(mailboxId, folder),
    active: status === 1 && !deleted,
    customer,
    threads,
    row,
  }
}

interface Course {
  readonly mailboxId: number
  readonly userId: number | null
  readonly closed: boolean
  readonly spam: boolean
}

function makeThreads(random: Random, occasion: Occasion, course: Course): Thread[] {
  const threads: Thread[] = []
  let at = occasion.at
  let answered: string | undefined
  const add = (type: Thread['type']): void => {
    const agent = course.userId === null || random.chance(0.2) ? 1 + random.int(agents.length) : course.userId
    const made = makeThread(random, occasion, {
      ...course,
      id: occasion.firstThreadId + threads.length,
      type,
      at,
      answered,
      first: threads.length === 0,
      userId: type === ThreadType.customer ? null : agent,
      assigned: course.userId,
    })
    threads.push(made.thread)
    answered = made.text ?? answered
    at = Math.min(occasion.now, at + Math.floor(random.next() * random.next() * 48 * HOUR) + 60_000)
  }
  add(ThreadType.customer)
  if (course.spam) return threads
  for (let left = random.int(3) + random.int(4); left > 0; left -= 1) {
    if (random.chance(0.1)) add(ThreadType.note)
    add(random.chance(0.55) ? ThreadType.message : ThreadType.customer)
  }
  if (course.closed) {
    add(ThreadType.message)
    add(ThreadType.lineItem)
  }
  return threads
}

interface Part extends Course {
  readonly id: number
  readonly type: Thread['type']
  readonly assigned: number | null
  readonly at: number
  readonly first: boolean
  readonly answered: string | undefined
}

function makeThread(random: Random, occasion: Occasion, part: Part): { thread: Thread; text?: string } {
  const { customer } = occasion
  const { id, type, userId, at } = part
  const byCustomer = type === ThreadType.customer
  const isMail = byCustomer || type === ThreadType.message
  const mailbox = mailboxes[part.mailboxId - 1]!
  const sender =
    userId === null
      ? { name: `${customer.first} ${customer.last}`, rtl: customer.language.rtl }
      : agentSender(userId)
  const spoken = byCustomer || random.chance(0.6) ? customer.language : english
  const text = type === ThreadType.lineItem ? undefined : written(random, spoken, sender.name)
  const body =
    text === undefined ? null : mailHtml(random, text, sender, random.chance(0.4) ? part.answered : undefined)
  const attached = isMail && random.chance(0.12)
  const messageId = byCustomer ? `${random.base64(22)}@mail.example.org` : null
  const edited = type === ThreadType.message && random.chance(0.01)
  const headers =
    messageId === null
      ? null
      : mailHeaders(random, { from: customer.email, to: mailbox.email, messageId, at: moment(at) })
  const row: Columns = {
    id,
    conversation_id: occasion.id,
    user_id: part.assigned,
    type,
    status: type === ThreadType.lineItem ? CLOSED : 1,
    state: PUBLISHED,
    action_type: type === ThreadType.lineItem ? 1 : null,
    body,
    headers,
    from: byCustomer ? customer.email : null,
    to: isMail ? JSON.stringify([byCustomer ? mailbox.email : customer.email]) : null,
    cc: isMail && random.chance(0.05) ? JSON.stringify([userEmail(1 + random.int(agents.length))]) : null,
    has_attachments: attached,
    message_id: messageId,
    source_via: byCustomer ? 1 : 2,
    source_type: byCustomer ? 1 : 2,
    customer_id: customer.id,
    created_by_user_id: userId,
    created_by_customer_id: byCustomer ? customer.id : null,
    edited_by_user_id: edited ? userId : null,
    edited_at: edited ? moment(at) : null,
    body_original: edited ? text! : null,
    first: part.first,
    send_status: type === ThreadType.message ? 4 : null,
    opened_at: type === ThreadType.message && random.chance(0.5) ? moment(at) : null,
    created_at: moment(at),
    updated_at: moment(at),
  }
  return {
    thread: { id, type, userId, at, attached, row },
    ...(isMail && text !== undefined ? { text } : {}),
  }
}
