/** Why Slack refuses the blocks of a message, as it says it. */
export interface BlockRefusal {
  readonly error: 'invalid_blocks' | 'invalid_blocks_format' | 'msg_blocks_too_long'
  readonly messages: readonly string[]
}

type Mapping = Readonly<Record<string, unknown>>

/** Slack's undocumented sum of all text in a message's blocks (slackapi/bolt-js#2509). */
const TOTAL = 13_200

/**
 * Checks blocks as Slack does: known types and members, lengths, counts. Of the block types, those of plain messages:
 * section, header, divider, context and image. (Source: https://docs.slack.dev/reference/block-kit/blocks)
 */
export function checkBlocks(blocks: unknown): BlockRefusal | undefined {
  if (!Array.isArray(blocks)) return { error: 'invalid_blocks_format', messages: [] }
  const errors: string[] = []
  const sizes: number[] = []
  const say = (path: string, text: string): void => void errors.push(`[ERROR] ${text} [json-pointer:${path}]`)
  const check = { say, count: (length: number): void => void sizes.push(length) }
  if (blocks.length > 50) say('/blocks', 'no more than 50 items allowed')
  const ids = blocks.flatMap((block: unknown) => mapping(block)['block_id'] ?? [])
  if (new Set(ids).size !== ids.length) say('/blocks', 'block_id must be unique')
  for (const [index, block] of blocks.entries()) checkBlock(mapping(block), `/blocks/${index}`, check)
  if (errors.length > 0) return { error: 'invalid_blocks', messages: errors }
  const total = sizes.reduce((sum, size) => sum + size, 0)
  return total > TOTAL ? { error: 'msg_blocks_too_long', messages: [] } : undefined
}

interface Check {
  say(path: string, text: string): void
  count(length: number): void
}

const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  section: ['text', 'fields', 'accessory', 'expand'],
  header: ['text'],
  divider: [],
  context: ['elements'],
  image: ['image_url', 'alt_text', 'title', 'slack_file'],
}

function checkBlock(block: Mapping, path: string, check: Check): void {
  const type = String(block['type'])
  const members = Object.hasOwn(MEMBERS, type) ? MEMBERS[type] : undefined
  if (!members) return check.say(`${path}/type`, `unsupported type: ${type}`)
  for (const key of Object.keys(block)) {
    if (![...members, 'type', 'block_id'].includes(key)) check.say(path, `no more keys allowed: ${key}`)
  }
  if (type === 'header') return checkText(block['text'], `${path}/text`, 150, ['plain_text'], check)
  if (type === 'section') return checkSection(block, path, check)
  if (type === 'context') {
    const elements = list(block['elements'])
    if (elements.length < 1 || elements.length > 10) check.say(`${path}/elements`, 'must have 1 to 10 items')
    for (const [index, element] of elements.entries()) {
      if (mapping(element)['type'] !== 'image') {
        checkText(element, `${path}/elements/${index}`, 3000, ['plain_text', 'mrkdwn'], check)
      }
    }
  }
  if (type === 'image' && typeof block['alt_text'] !== 'string')
    check.say(path, 'missing required field: alt_text')
}

function checkSection(block: Mapping, path: string, check: Check): void {
  if (block['text'] === undefined && block['fields'] === undefined) {
    return check.say(path, 'missing required field: text')
  }
  if (block['text'] !== undefined) {
    checkText(block['text'], `${path}/text`, 3000, ['plain_text', 'mrkdwn'], check)
  }
  if (block['fields'] === undefined) return
  const fields = list(block['fields'])
  if (fields.length < 1 || fields.length > 10) check.say(`${path}/fields`, 'must have 1 to 10 items')
  for (const [index, field] of fields.entries()) {
    checkText(field, `${path}/fields/${index}`, 2000, ['plain_text', 'mrkdwn'], check)
  }
}

function checkText(
  value: unknown,
  path: string,
  limit: number,
  types: readonly string[],
  check: Check,
): void {
  const { type, text, ...rest } = mapping(value)
  if (!types.includes(String(type))) check.say(`${path}/type`, `must be one of ${types.join(', ')}`)
  if (typeof text !== 'string' || text.length === 0)
    return check.say(`${path}/text`, 'must be more than 0 characters')
  if (text.length > limit) check.say(`${path}/text`, `must be less than ${limit + 1} characters`)
  const allowed = type === 'mrkdwn' ? 'verbatim' : 'emoji'
  for (const [key, setting] of Object.entries(rest)) {
    if (key !== allowed || typeof setting !== 'boolean') check.say(path, `no more keys allowed: ${key}`)
  }
  check.count(text.length)
}

/** Every text of the blocks that Slack reads markup in. */
export function markupIn(value: unknown): { readonly text: string; readonly verbatim: boolean }[] {
  if (Array.isArray(value)) return value.flatMap(markupIn)
  const { type, text, verbatim } = mapping(value)
  if (type === 'mrkdwn' && typeof text === 'string') return [{ text, verbatim: verbatim === true }]
  return Object.values(mapping(value)).flatMap(markupIn)
}

function mapping(value: unknown): Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Mapping) : {}
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
