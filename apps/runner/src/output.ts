import { appendFileSync } from 'node:fs'
import pc from 'picocolors'
import { cleanDocument } from './clean-document.ts'
import { type Told, toldLines } from './told.ts'

/** Where an app prints: results to stdout, everything else to stderr. Every line is redacted on its way out. */
export interface Output {
  /** The result that was asked for, for people: to stdout, whatever `--quiet` says. */
  result(text: string): void
  /** The same for machines: one JSON document. */
  document(document: object): void
  /** A document whose free text holds no secret and nothing that speaks to a terminal or to GitHub. */
  cleaned<T>(document: T): T
  /** What is going on: to stderr, unless `--quiet`. */
  step(name: string, text: string): void
  heading(text: string): void
  warn(text: string): void
  error(title: string, told: Told): void
  /** Long work: a moving line on a terminal, else a line every half minute. */
  progress(name: string): Progress
  /** Hides a secret from everything printed from now on, and from GitHub's log, line by line. */
  hide(secret: string): void
  /** Ends the group that the last heading opened in GitHub Actions. */
  endGroup(): void
  /** A workflow command for GitHub Actions, already escaped. */
  command(text: string): void
  /** Leaves word for the workflow's later steps that somebody was told of this run. */
  told(): void
  /** Adds to the job's summary page in GitHub Actions; nothing elsewhere. */
  summary(markdown: string): void
}

export interface Progress {
  /** What to show of it now. */
  update(text: string): void
  done(): void
}

export interface OutputOptions {
  readonly quiet: boolean
  readonly verbose: boolean
  readonly redactor: { add(secret: string): unknown; redact(text: string): string }
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdout: { write(text: string): unknown }
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean }
}

// GitHub reads workflow commands from both streams, also behind leading blanks, so text from elsewhere must not hold any.
const disarm = (line: string): string =>
  line.replace(/^(\s*):(?=:)/, '$1:\u200B').replaceAll('##[', '#\u200B#[')

// Control characters could move the cursor or hide text; tabs may stay.
const CONTROL = /[^\P{Cc}\t]/gu

const escapeData = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
const escapeProperty = (text: string): string =>
  escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')

export function createOutput(options: OutputOptions): Output {
  const { redactor, stdout, stderr, env, quiet, verbose } = options
  const inActions = env['GITHUB_ACTIONS'] === 'true'
  const onTerminal = stderr.isTTY === true && !quiet
  const colours = pc.createColors(onTerminal && (env['NO_COLOR'] ?? '') === '')
  let moving = false
  let grouped = false

  const print = (text: string): void => {
    if (moving) stderr.write('\r\u001b[2K')
    moving = false
    stderr.write(text)
  }
  const clean = (text: string): string =>
    redactor
      .redact(text)
      .split('\n')
      .map((line) => line.replace(CONTROL, ' '))
      .map((line) => (inActions ? disarm(line) : line))
      .join('\n')
  const began = performance.now()
  const elapsed = (): string => (verbose ? ` (${((performance.now() - began) / 1000).toFixed(1)} s)` : '')
  const labelled = (name: string, text: string): string =>
    `  ${colours.dim(name.padEnd(10))}${clean(text)}${elapsed()}\n`
  const endGroup = (): void => {
    if (grouped) print('::endgroup::\n')
    grouped = false
  }

  const append = (variable: string, text: string): void => {
    const file = env[variable]
    if (!inActions || !file) return
    try {
      appendFileSync(file, `${text}\n`)
    } catch (error) {
      print(`warning: ${variable} was not written: ${error instanceof Error ? error.message : ''}\n`)
    }
  }

  return {
    result: (text) => {
      if (moving) print('')
      stdout.write(`${clean(text)}\n`)
    },
    document: (document) => {
      if (moving) print('')
      stdout.write(`${JSON.stringify(cleanDocument(document, clean), null, 2)}\n`)
    },
    cleaned: (document) => cleanDocument(document, clean),
    step: (name, text) => {
      if (!quiet) print(labelled(name, text))
    },
    heading: (text) => {
      if (quiet) return
      if (inActions) {
        endGroup()
        print(`::group::${escapeData(redactor.redact(text))}\n`)
        grouped = true
      } else print(`${colours.bold(clean(text))}\n`)
    },
    warn: (text) => print(`${colours.yellow('warning:')} ${clean(text)}\n`),
    error: (title, told) => {
      endGroup()
      if (inActions) {
        const told2 = toldLines(told).map((line) => redactor.redact(line))
        print(`::error title=${escapeProperty(redactor.redact(title))}::${escapeData(told2.join('\n'))}\n`)
      }
      const [first = '', ...rest] = toldLines(told)
      print(
        `${colours.red(`${title}:`)} ${clean(first)}\n${rest.map((line) => `  ${clean(line)}\n`).join('')}`,
      )
    },
    progress: (name) => {
      const started = performance.now()
      let last = started
      return {
        update: (text) => {
          const now = performance.now()
          const line = `${text}, ${Math.round((now - started) / 1000)} s`
          if (quiet || now - last < (onTerminal ? 200 : 30_000)) return
          last = now
          if (onTerminal) {
            stderr.write(`\r\u001b[2K  ${colours.dim(name.padEnd(10))}${clean(line)}`)
            moving = true
          } else print(labelled(name, line))
        },
        done: () => {
          if (moving) print('')
        },
      }
    },
    hide: (secret) => {
      redactor.add(secret)
      if (!inActions) return
      // A line of a character or two would have GitHub mask it everywhere, and hide nothing.
      for (const line of secret.split(/\r?\n|\\n/).map((one) => one.trim())) {
        if (line.length > 2) stderr.write(`::add-mask::${escapeData(line)}\n`)
      }
    },
    endGroup,
    command: (text) => print(redactor.redact(text)),
    told: () => append('GITHUB_OUTPUT', 'told=true'),
    summary: (markdown) => append('GITHUB_STEP_SUMMARY', redactor.redact(markdown)),
  }
}
