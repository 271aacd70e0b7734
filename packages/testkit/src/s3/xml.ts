import { Refusal } from './errors.ts'

/** What an element may hold when written: text, elements by name, or several of one name. Absent ones are left out. */
export type XmlValue =
  | string
  | number
  | boolean
  | undefined
  | readonly XmlValue[]
  | { readonly [name: string]: XmlValue }

/** An element as read: its text and its children, in order. */
export interface XmlElement {
  readonly name: string
  readonly text: string
  readonly children: readonly XmlElement[]
}

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/'
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function escaped(text: string): string {
  // Control characters cannot stand in XML 1.0: S3 writes them as references, which is why lists offer encoding-type=url.
  return text.replaceAll(/[&<>"\p{Cc}]/gu, (character) => {
    const name = Object.keys(NAMED).find((key) => NAMED[key] === character)
    return name === undefined ? `&#${String(character.codePointAt(0))};` : `&${name};`
  })
}

function element(name: string, value: XmlValue): string {
  if (value === undefined) return ''
  if (Array.isArray(value)) return value.map((one: XmlValue) => element(name, one)).join('')
  if (typeof value !== 'object') return `<${name}>${escaped(String(value))}</${name}>`
  const children = Object.entries(value).map(([child, inner]) => element(child, inner))
  return `<${name}>${children.join('')}</${name}>`
}

/** A document with S3's namespace on its root; errors carry none. */
export function writeXml(root: string, value: XmlValue): string {
  const body = element(root, value)
  const named = root === 'Error' ? body : body.replace(`<${root}`, `<${root} xmlns="${NAMESPACE}"`)
  return `<?xml version="1.0" encoding="UTF-8"?>\n${named}`
}

const malformed = (): Refusal =>
  new Refusal(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  )

/** Reads the small XML that S3's clients send: elements and text. Anything else, and anything unbalanced, is MalformedXML. */
export function readXml(text: string): XmlElement {
  interface Open {
    name: string
    text: string
    children: XmlElement[]
  }
  const top: Open = { name: '', text: '', children: [] }
  const stack: Open[] = [top]
  for (const [whole, tag, run] of text.matchAll(/<([^>]*)>|([^<]+)|</g)) {
    const current = stack.at(-1)
    if (!current || whole === '<') throw malformed()
    if (run !== undefined) {
      current.text += run.replaceAll(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));|&/gi, (_, hex, decimal, name) => {
        if (typeof hex === 'string') return String.fromCodePoint(Number.parseInt(hex, 16))
        if (typeof decimal === 'string') return String.fromCodePoint(Number(decimal))
        const character = typeof name === 'string' ? NAMED[name] : undefined
        if (character === undefined) throw malformed()
        return character
      })
      continue
    }
    if (tag?.startsWith('?')) continue
    const parsed = /^(\/?)([\w.-]+)(?:\s[^<]*?)?(\/?)$/.exec(tag ?? '')
    const name = parsed?.[2]
    if (name === undefined) throw malformed()
    if (parsed?.[1] === '/') {
      const closed = stack.pop()
      if (closed?.name !== name) throw malformed()
      stack.at(-1)?.children.push(closed)
    } else if (parsed?.[3] === '/') current.children.push({ name, text: '', children: [] })
    else stack.push({ name, text: '', children: [] })
  }
  const root = top.children[0]
  if (stack.length !== 1 || top.children.length !== 1 || !root || top.text.trim() !== '') throw malformed()
  return root
}

/** The text of the first child of that name. */
export function childText(parent: XmlElement, name: string): string | undefined {
  return parent.children.find((child) => child.name === name)?.text
}
