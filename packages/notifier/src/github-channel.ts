import type { Channel, Severity } from './message.ts'
import { oneLine, plainText, shorten } from './plain-text.ts'

const COMMANDS: Record<Severity, string> = {
  failure: 'error',
  alert: 'warning',
  recovery: 'notice',
  info: 'notice',
  start: 'debug',
  success: 'notice',
}

/**
 * Writes each message as an annotation of the GitHub Actions run: `::error title=…::…` on one line, escaped so that no text in
 * it can end the command or start another. (Source of the escapes: actions/toolkit, packages/core/src/command.ts)
 */
export function githubChannel(options: {
  /** Where the runner reads commands: the job's stdout or stderr. */
  readonly write: (text: string) => unknown
  /** @default github */
  readonly name?: string
}): Channel {
  return {
    name: options.name ?? 'github',
    send: async (message) => {
      const title = property(shorten(oneLine(message.title), 200))
      const [, ...rest] = plainText(message).split('\n')
      const body = data(shorten(rest.join('\n').trim() || oneLine(message.title), 3500))
      await options.write(`::${COMMANDS[message.severity]} title=${title}::${body}\n`)
    },
  }
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
