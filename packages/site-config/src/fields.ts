import { z } from 'zod'
import { DURATION, parseDuration } from './duration.ts'
import { parseSecretRef, SECRET_REF, type SecretRef } from './secret-ref.ts'
import { parseSize, SIZE } from './size.ts'

/** Text of a form. `expected` is what a report says after "expected". */
export function text(pattern: RegExp, expected: string): z.ZodString {
  return z.string(expected).regex(pattern, expected)
}

/** A whole number from 1 up. */
export function count(): z.ZodNumber {
  const expected = 'a whole number from 1 up'
  return z.number(expected).int(expected).min(1, expected)
}

export function port(): z.ZodNumber {
  const expected = 'a port from 1 to 65535'
  return z.number(expected).int(expected).min(1, expected).max(65_535, expected)
}

export function duration(): z.ZodType<number, string> {
  const expected = 'a duration with its unit, such as 90s, 5m, 26h or 8d'
  return text(DURATION, expected).transform((value, context) => {
    const ms = parseDuration(value)
    if (ms === undefined) context.addIssue({ code: 'custom', message: expected })
    return ms ?? z.NEVER
  })
}

export function size(): z.ZodType<number, string | number> {
  const expected = 'a size of at least one byte, such as 1KiB or 10MB, or a number of bytes'
  const form = z.union([z.number(expected).int(expected).min(1, expected), text(SIZE, expected)], expected)
  return form.transform((value, context) => {
    const bytes = parseSize(value)
    if (bytes === undefined || bytes < 1) context.addIssue({ code: 'custom', message: expected })
    return bytes ?? z.NEVER
  })
}

export function secret(): z.ZodType<SecretRef, string> {
  const expected = 'a reference (ssm:/path, env:NAME or file:/path), not the secret itself'
  return text(SECRET_REF, expected).transform((value) => parseSecretRef(value) ?? z.NEVER)
}

/** A web address; where it may itself be a secret, a reference to one. */
export function url(): z.ZodType<string, string> {
  const expected = 'an address that starts with http:// or https://'
  return text(/^https?:\/\/[^\s/]+(\/\S*)?$/, expected).refine((value) => URL.canParse(value), expected)
}

export function secretUrl(): z.ZodType<string | SecretRef, string> {
  const expected =
    'an address that starts with https:// (or http://), or a reference to one (env:NAME, ssm:/path)'
  return text(/^(https?:\/\/\S+|(ssm|env|file):\S+)$/, expected).transform((value, context) => {
    const known = parseSecretRef(value) ?? (URL.canParse(value) && /^https?:/.test(value) ? value : undefined)
    if (known === undefined) context.addIssue({ code: 'custom', message: expected })
    return known ?? z.NEVER
  })
}

/** A name of a Lightsail resource, in the characters that every part of Lightsail takes. */
export function lightsailName(): z.ZodString {
  return text(
    /^[A-Za-z0-9][\w-]{0,253}[A-Za-z0-9]$/,
    'a Lightsail name: 2 to 255 letters, digits, - and _, starting and ending with a letter or digit',
  )
}

/** A host name or an IP address. It may not start with a dash, lest a command take it for an option. */
export function address(): z.ZodString {
  return text(/^[A-Za-z0-9:][\w.:%-]{0,252}$/, 'a host name or an IP address')
}

export function absolutePath(): z.ZodString {
  return text(/^\/[^\0\n]*$/, 'an absolute path')
}
