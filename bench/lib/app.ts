import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The built program, as a user runs it, or another build of it to compare with. */
export function builtApp(other?: string): string {
  const app = other ?? fileURLToPath(new URL('../../node_modules/.bin/raxx-backup', import.meta.url))
  if (!existsSync(app)) throw new Error(`${app} is not there: run npm run setup`)
  return app
}
