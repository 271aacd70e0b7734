import { moment, type Columns } from './freescout-literal.ts'
import type { Random } from './freescout-random.ts'
import { agents } from './freescout-text.ts'

/** The mailboxes, in the order of their ids, from 1. */
export const mailboxes: readonly {
  readonly name: string
  readonly email: string
  readonly weight: number
}[] = [
  { name: 'Support', email: 'support@example.com', weight: 10 },
  { name: 'Sales', email: 'sales@example.com', weight: 5 },
  { name: 'Rückfragen & Größen', email: 'kundendienst@example.com', weight: 4 },
  { name: '日本語サポート', email: 'jp@example.com', weight: 1 },
]

const drawn: readonly number[] = mailboxes.flatMap(({ weight }, index) =>
  Array.from({ length: weight }, () => index + 1),
)
export const anyMailbox = (random: Random): number => random.pick(drawn)

/** As Laravel's encrypter writes: base64 of JSON with the IV, the AES-256-CBC value and the HMAC. Nothing decrypts it. */
const encrypted = (random: Random): string =>
  Buffer.from(
    JSON.stringify({ iv: `${random.base64(22)}==`, value: `${random.base64(43)}=`, mac: random.hex(64) }),
  ).toString('base64')

export function mailboxRow(random: Random, id: number, at: number): Columns {
  const { name, email } = mailboxes[id - 1]!
  return {
    id,
    name,
    email,
    before_reply: '-- Please reply above this line --',
    signature: '<br><span style="color:#808080;">--<br>\r\n{%mailbox.name%} · "we\'re here"</span><br>\r\n',
    out_method: 3,
    out_server: 'smtp.example.com',
    out_username: email,
    out_password: encrypted(random),
    out_port: 587,
    out_encryption: 3,
    in_server: 'imap.example.com',
    in_port: 993,
    in_username: email,
    in_password: encrypted(random),
    in_encryption: 2,
    in_imap_folders: '["INBOX"]',
    imap_sent_folder: 'Sent',
    auto_reply_enabled: id === 1,
    auto_reply_subject: 'Re: {%subject%}',
    auto_reply_message: "<p>We've got it. 👍</p>",
    created_at: moment(at),
    updated_at: moment(at),
  }
}

/** Folder types that every mailbox has once, and that every agent has once in every mailbox. */
const PUBLIC = [1, 30, 40, 60, 80, 110] as const
const PERSONAL = [20, 25] as const
export type PublicFolder = (typeof PUBLIC)[number]

export const folderId = (mailboxId: number, type: PublicFolder): number =>
  (mailboxId - 1) * PUBLIC.length + PUBLIC.indexOf(type) + 1

export const starredFolderId = (mailboxId: number, userId: number): number =>
  mailboxes.length * PUBLIC.length + ((mailboxId - 1) * agents.length + userId - 1) * PERSONAL.length + 2

export interface FolderCount {
  total: number
  active: number
}

/** Every folder's row, with what it holds. */
export function* folderRows(counts: ReadonlyMap<number, FolderCount>): Generator<Columns> {
  let id = 0
  const row = (mailboxId: number, userId: number | null, type: number): Columns => {
    id += 1
    const { total, active } = counts.get(id) ?? { total: 0, active: 0 }
    return { id, mailbox_id: mailboxId, user_id: userId, type, total_count: total, active_count: active }
  }
  for (const index of mailboxes.keys()) for (const type of PUBLIC) yield row(index + 1, null, type)
  for (const index of mailboxes.keys())
    for (const user of agents.keys()) for (const type of PERSONAL) yield row(index + 1, user + 1, type)
}
