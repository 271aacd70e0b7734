/**
 * Where a secret is, never the secret itself: `ssm:/path` (a parameter of AWS Systems Manager), `env:NAME` (an environment
 * variable) or `file:/path`. Its text and its JSON are the reference, so that it may be printed.
 */
export interface SecretRef {
  readonly kind: 'ssm' | 'env' | 'file'
  /** The parameter's name, the variable's name, or the file's absolute path. */
  readonly name: string
  toString(): string
  toJSON(): string
}

/** The form of a reference. An SSM parameter may also be named by its ARN. */
export const SECRET_REF: RegExp =
  /^(ssm:(arn:aws[\w-]*:ssm:[\w-]+:\d{12}:parameter)?\/?[\w.-]+(\/[\w.-]+)*|env:[A-Za-z_]\w*|file:\/[^\0\n]+)$/

// On a prototype, so that two references to the same secret are equal to the eye of a test and print without functions.
const behaviour = {
  toString(this: SecretRef): string {
    return `${this.kind}:${this.name}`
  },
  toJSON(this: SecretRef): string {
    return `${this.kind}:${this.name}`
  },
}

/** Reads a reference; undefined when `text` is none, so that a literal secret can be refused without being shown. */
export function parseSecretRef(text: string): SecretRef | undefined {
  if (!SECRET_REF.test(text)) return undefined
  const colon = text.indexOf(':')
  const fields = { kind: text.slice(0, colon), name: text.slice(colon + 1) }
  return Object.freeze(Object.assign(Object.create(behaviour), fields)) as SecretRef
}
