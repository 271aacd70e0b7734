import { checkBlocks, markupIn } from './slack-blocks.ts'

/** A call's arguments. In a form, all of them are text. */
export type Input = Readonly<Record<string, unknown>>
/** The JSON of an answer. */
export type Reply = { readonly ok: boolean; readonly error?: string } & Readonly<Record<string, unknown>>

/** A conversation that the server knows. */
export interface SlackConversation {
  readonly id: string
  readonly name?: string
  /** Whether the bot is in it. @default true */
  readonly member?: boolean
  readonly archived?: boolean
}

/** A message as it was posted. */
export interface PostedMessage {
  readonly channel: string
  readonly text: string
  readonly blocks: readonly unknown[]
  readonly thread_ts: string | undefined
  readonly ts: string
  /** What Slack would make a mention of somebody: `<!here>`, `<@U123>`, or a bare `@channel` where names are linked. */
  readonly mentions: readonly string[]
  /** The addresses that Slack would make links. */
  readonly links: readonly string[]
}

/** The conversation of an id, or of `#name`. */
export function conversation(
  channels: readonly SlackConversation[],
  wanted: unknown,
): SlackConversation | undefined {
  return channels.find(({ id, name }) => id === wanted || (name !== undefined && `#${name}` === wanted))
}

/** Slack's refusal of a message to post; undefined when it is fine. */
export function refused(
  input: Input,
  channels: readonly SlackConversation[],
  messages: readonly PostedMessage[],
): Reply | undefined {
  const found = conversation(channels, input['channel'])
  if (!found) return no('channel_not_found')
  if (found.archived) return no('is_archived')
  if (found.member === false) return no('not_in_channel')
  const text = input['text']
  if (text !== undefined && typeof text !== 'string') return no('invalid_arguments')
  const blocks = blocksOf(input)
  if (
    (text === undefined || text === '') &&
    (blocks === undefined || (Array.isArray(blocks) && blocks.length === 0))
  ) {
    return no('no_text')
  }
  if (text !== undefined && text.length > 40_000) return no('msg_too_long')
  const wrong = blocks === undefined ? undefined : checkBlocks(blocks)
  if (wrong) return no(wrong.error, wrong.messages)
  const thread = input['thread_ts']
  if (thread !== undefined && !messages.some(({ ts }) => ts === thread)) return no('thread_not_found')
  return undefined
}

function no(error: string, lines: readonly string[] = []): Reply {
  return {
    ok: false,
    error,
    ...(lines.length === 0 ? {} : { errors: lines, response_metadata: { messages: lines } }),
  }
}

function blocksOf(input: Input): unknown {
  const { blocks } = input
  if (typeof blocks !== 'string') return blocks
  try {
    return JSON.parse(blocks) as unknown
  } catch {
    return 'not JSON'
  }
}

/** The message that a legal call posts. */
export function posted(input: Input, count: number): PostedMessage {
  const text = typeof input['text'] === 'string' ? input['text'] : ''
  const blocks = (blocksOf(input) ?? []) as readonly unknown[]
  const texts = markupIn(blocks)
  const markup = [text, ...texts.map((one) => one.text)].join('\n')
  // Where markup is not verbatim, Slack also links what merely looks like an address.
  const loose = texts.filter((one) => !one.verbatim).map((one) => one.text)
  const linksNames =
    input['link_names'] !== undefined && !['false', '0', false, 0].includes(input['link_names'] as string)
  return {
    channel: String(input['channel']),
    text,
    blocks,
    thread_ts: typeof input['thread_ts'] === 'string' ? input['thread_ts'] : undefined,
    ts: `1763820000.${String(count + 1).padStart(6, '0')}`,
    mentions: [
      ...(markup.match(/<[!@#][^>]*>/g) ?? []),
      ...(linksNames ? (markup.match(/@(channel|here|everyone)\b/g) ?? []) : []),
    ],
    links: [
      ...[...markup.matchAll(/<((?:https?|mailto):[^|>]*)/g)].map(([, link]) => link ?? ''),
      ...(loose.join('\n').match(/(?<!<)https?:\/\/[^\s|>]+/g) ?? []),
    ],
  }
}
