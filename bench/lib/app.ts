import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The built program, as a user runs it. */
export function builtApp(): string {
  const app = fileURLToPath(new URL('../../node_modules/.bin/raxx-backup', import.meta.url))
  if (!existsSync(app)) throw new Error(`${app} is not there: run npm run setup`)
  return app
}
