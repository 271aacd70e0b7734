import { inspect } from 'node:util'

/** Takes registered secrets out of text. */
export interface Redactor {
  /**
   * Registers a secret. Returns false when it is too short to be hidden: replacing a text of under 4 characters would
   * garble every line, and tell by it what the secret is.
   */
  add(secret: string): boolean
  /** `text` with every registered secret, in any of its usual spellings, as `***`. */
  redact(text: string): string
  /**
   * Each line of each secret, for what masks line by line (`::add-mask::` of GitHub Actions). Without the marker lines
   * of PEM keys, which are no secret.
   */
  lines(): string[]
}

const SHORTEST = 4

/**
 * A redactor with no secrets yet. A secret is hidden as it is, line by line, and as JSON, a URL, base64
 * (also inside a longer base64 text), a quoted shell word, a quoted SQL string, and Node's own `inspect` would write it.
 */
export function redactor(): Redactor {
  const forms = new Set<string>()
  const lines = new Set<string>()
  return {
    add(secret) {
      const bare = secret.replace(/[\r\n]+$/, '')
      if (bare.length < SHORTEST) return false
      const parts = bare
        .split(/\r?\n|\\r|\\n/)
        .map((line) => line.trim())
        .filter((line) => line.trim().length >= SHORTEST && !line.startsWith('-----'))
      for (const line of parts) lines.add(line)
      // As it is, and as it looks once blanks were trimmed or drawn together on the way to a line of a log.
      const shown = [bare, bare.trim(), bare.replaceAll(/\s+/g, ' ').trim()]
      for (const part of [...shown, ...parts]) for (const form of spellings(part)) forms.add(form)
      return true
    },
    redact: (text) => mask(text, forms),
    lines: () => [...lines],
  }
}

function spellings(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1)
  const url = encodeURIComponent(secret)
  const all = [
    secret,
    json,
    json.replaceAll('/', '\\/'),
    url,
    // URLSearchParams and HTML forms encode a few more characters, and write a space as a plus.
    new URLSearchParams({ s: secret }).toString().slice(2),
    url.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    secret.replaceAll("'", String.raw`'\''`),
    secret.replaceAll(/["$`\\]/g, String.raw`\$&`),
    secret.replaceAll(/['"\\]/g, String.raw`\$&`),
    secret.replaceAll("'", "''"),
    inspect(secret).slice(1, -1),
    Buffer.from(secret).toString('hex'),
    ...base64Forms(Buffer.from(secret)),
  ]
  return all.filter((form) => form.length >= SHORTEST)
}

// Inside a longer text (`user:password`), the same bytes are written in three ways, by where they start. The first and the
// last characters of each depend on the neighbours too, and are left out.
function base64Forms(bytes: Buffer): string[] {
  const whole = bytes.toString('base64')
  const inner = [0, 1, 2].map((lead) => {
    const text = Buffer.concat([Buffer.alloc(lead), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    const tail = (lead + bytes.length) % 3 === 0 ? undefined : -1
    return text.slice(Math.ceil((lead * 4) / 3), tail)
  })
  const long = inner.filter((form) => form.length >= 8)
  return [whole, ...long].flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')])
}

// Overlapping secrets are hidden together: replacing one after the other would leave the rest of the second.
function mask(text: string, forms: ReadonlySet<string>): string {
  const spans: [from: number, to: number][] = []
  for (const form of forms) {
    for (let from = text.indexOf(form); from !== -1; from = text.indexOf(form, from + 1)) {
      spans.push([from, from + form.length])
    }
  }
  let masked = ''
  let end = 0
  for (const [from, to] of spans.toSorted((a, b) => a[0] - b[0])) {
    if (from > end || (from === 0 && end === 0)) masked += `${text.slice(end, from)}***`
    end = Math.max(end, to)
  }
  return masked + text.slice(end)
}
