import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { githubChannel } from './github-channel.ts'
import type { Message } from './message.ts'
import { oneLine, shorten } from './plain-text.ts'

const signal = new AbortController().signal

async function annotation(message: Message): Promise<string> {
  let written = ''
  await githubChannel({ write: (text) => (written += text) }).send(message, { signal })
  return written
}

test('a failure is an error annotation with its hint', async () => {
  const message: Message = {
    severity: 'failure',
    title: 'freescout: 100% gone, twice',
    sections: [{ heading: 'dump', text: 'it was cut', hint: 'Run it again.' }],
  }
  expect(await annotation(message)).toBe(
    '::error title=freescout%3A 100%25 gone%2C twice::dump%0Ait was cut%0Ahint: Run it again.\n',
  )
})

test('whatever the message holds, one line comes out, and the runner reads back the title that went in', async () => {
  const any = fc.string({
    unit: fc.constantFrom('%', ':', ',', '\n', '\r', '::error::', '%0A', 'x', '\u001b', 'é', '😀'),
    maxLength: 150,
  })
  await fc.assert(
    fc.asyncProperty(any, async (text) => {
      const line = await annotation({ severity: 'alert', title: `t${text}`, hint: `${text}\n::add-mask::x` })
      const [, title = ''] = /^::warning title=([^:,\r\n]*)::[^\r\n]+\n$/.exec(line) ?? []
      expect(unescaped(title)).toBe(shorten(oneLine(`t${text}`), 200))
    }),
  )
})

function unescaped(text: string): string {
  const signs: Readonly<Record<string, string>> = { '25': '%', '0D': '\r', '0A': '\n', '3A': ':', '2C': ',' }
  return text.replaceAll(/%(..)/g, (whole, code: string) => signs[code] ?? whole)
}
