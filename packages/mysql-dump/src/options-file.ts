import type { Database } from './database.ts'
import { MysqlDumpError } from './errors.ts'

// The clients read an options file by lines of at most 4096 bytes, and split a longer one without a word.
const LONGEST_LINE = 4000

/**
 * The options file that the clients on the host read from stdin: how to connect, and as whom.
 * Rejects (DATABASE_INVALID) what no such file can hold: a NUL, or a value of several kilobytes.
 */
export function optionsFile(database: Database): string {
  const { user, password, address, port, socket } = database
  const place =
    socket === undefined
      ? { host: address ?? '127.0.0.1', port: String(port ?? 3306), protocol: 'tcp' }
      : { socket, protocol: 'socket' }
  const lines = Object.entries({ user, password, ...place }).map(([name, value]) => {
    const line = `${name}="${value.replace(/["\\\n\r\t\b]/g, escaped)}"`
    if (value.includes('\0') || Buffer.byteLength(line) > LONGEST_LINE) {
      throw new MysqlDumpError('DATABASE_INVALID', `the database's ${name} holds a NUL or is too long`, {
        hint: `Set a shorter ${name} without control characters.`,
      })
    }
    return line
  })
  return `[client]\n${lines.join('\n')}\n`
}

const NAMED: Readonly<Record<string, string>> = { '\n': 'n', '\r': 'r', '\t': 't', '\b': 'b' }

// https://mariadb.com/kb/en/configuring-mariadb-with-option-files/#option-file-syntax
function escaped(character: string): string {
  return `\\${NAMED[character] ?? character}`
}
