import { expect, test } from 'vitest'
import { type Output, createOutput } from './output.ts'

function capture(
  env: Record<string, string> = {},
  options: { quiet?: boolean; verbose?: boolean; isTTY?: boolean } = {},
): {
  output: Output
  out: () => string
  err: () => string
} {
  let out = ''
  let err = ''
  const secrets: string[] = []
  return {
    out: () => out,
    err: () => err,
    output: createOutput({
      env,
      quiet: options.quiet ?? false,
      verbose: options.verbose ?? false,
      stdout: { write: (text) => (out += text) },
      stderr: { write: (text) => (err += text), isTTY: options.isTTY ?? false },
      redactor: {
        add: (secret) => secrets.push(secret),
        redact: (text) => secrets.reduce((clean, secret) => clean.replaceAll(secret, '***'), text),
      },
    }),
  }
}

test('results go to stdout, all else to stderr', () => {
  const { output, out, err } = capture()
  output.heading('dump')
  output.step('host', 'admin@host')
  output.result('done')
  expect(out()).toBe('done\n')
  expect(err()).toBe('dump\n  host      admin@host\n')
})

test('a hidden secret is in nothing that is printed afterwards', () => {
  const { output, out, err } = capture()
  output.hide('hunter2')
  output.result('the password is hunter2')
  output.error('hunter2', { code: 'X', message: 'hunter2', hint: 'hunter2', causes: ['hunter2'] })
  expect(out() + err()).not.toContain('hunter2\n')
  expect(out()).toBe('the password is ***\n')
})

test('in GitHub Actions every line of a secret is masked, before anything else is printed', () => {
  const { output, err } = capture({ GITHUB_ACTIONS: 'true' })
  output.hide('-----BEGIN-----\nab%c\n\nline three\n')
  expect(err()).toBe('::add-mask::-----BEGIN-----\n::add-mask::ab%25c\n::add-mask::line three\n')
})

test('outside GitHub Actions a secret is not printed in order to be masked', () => {
  const { output, err } = capture()
  output.hide('hunter2')
  expect(err()).toBe('')
})

test('text from elsewhere cannot speak to GitHub Actions', () => {
  const { output, err } = capture({ GITHUB_ACTIONS: 'true' })
  output.step('host', '::set-env name=PATH::/evil')
  output.warn('a\n  ::stop-commands::x\n##[command]y')
  expect(err()).not.toMatch(/^\s*::(?!group|endgroup)/m)
  expect(err()).not.toContain('##[')
})

test('in GitHub Actions an error is an annotation, escaped, and lines for people', () => {
  const { output, err } = capture({ GITHUB_ACTIONS: 'true' })
  output.heading('dump')
  output.error('dump: a,b', { code: 'X', message: '100% of\nit', causes: [] })
  expect(err()).toContain('::endgroup::\n::error title=dump%3A a%2Cb::X 100%25 of%0Ait\n')
})

test('--quiet leaves results and warnings; --verbose tells how long each step took', () => {
  const quiet = capture({}, { quiet: true })
  quiet.output.step('a', 'step')
  quiet.output.heading('heading')
  quiet.output.warn('careful')
  expect(quiet.err()).toBe('warning: careful\n')
  const usual = capture()
  usual.output.step('a', 'step')
  expect(usual.err()).toMatch(/step$/m)
  const verbose = capture({}, { verbose: true })
  verbose.output.step('a', 'step')
  expect(verbose.err()).toMatch(/step \(\d+\.\d s\)$/m)
})

test('terminals get colours, unless NO_COLOR is set, and no control characters of others', () => {
  const colours = capture({}, { isTTY: true })
  colours.output.heading('dump')
  expect(colours.err()).toContain('\u001b[')
  const plain = capture({ NO_COLOR: '1' }, { isTTY: true })
  plain.output.step('host', 'evil \u001b[2J clear')
  expect(plain.err()).not.toContain('\u001b')
})
