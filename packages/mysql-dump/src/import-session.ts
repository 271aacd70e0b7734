/** What a dump has told the server about the session, as far as the code of objects depends on it. */
export interface Session {
  readonly sqlMode: string | undefined
  readonly charset: string | undefined
  readonly collation: string | undefined
  readonly timeZone: string | undefined
}

/** Follows the SET statements of a dump; it never guesses: what it cannot know is undefined. */
export interface SessionTracker {
  /** False when the statement sets something that no dump sets. */
  set(assignments: string): boolean
  readonly now: Session
}

const SETTABLE = new Set([
  'autocommit',
  'character_set_client',
  'character_set_results',
  'collation_connection',
  'foreign_key_checks',
  'note_verbosity',
  'sql_mode',
  'sql_notes',
  'system_versioning_insert_history',
  'time_zone',
  'unique_checks',
])
const ASSIGNMENT =
  /\s*(@(?!@)|@@(?:session\.|local\.)?|session\s+)?(\w+)\s*:?=\s*(@@(?:session\.)?\w+|@\w+|'[^'\\]*'|"[^"\\]*"|-?\w+)\s*(,|$)/iy

export function trackSession(): SessionTracker {
  const variables = new Map<string, string | undefined>()
  const users = new Map<string, string | undefined>()

  function valueOf(text: string): string | undefined {
    if (text.startsWith('@@')) return variables.get(text.replace(/^@@(?:session\.)?/i, '').toLowerCase())
    if (text.startsWith('@')) return users.get(text.toLowerCase())
    return /^['"]/.test(text) ? text.slice(1, -1) : text
  }

  return {
    set(assignments) {
      const names = /^NAMES\s+['"]?(\w+)['"]?(?:\s+COLLATE\s+['"]?(\w+)['"]?)?$/i.exec(assignments)
      if (names) {
        variables.set('character_set_client', names[1])
        variables.set('collation_connection', names[2])
        return true
      }
      let at = 0
      while (at < assignments.length) {
        ASSIGNMENT.lastIndex = at
        const found = ASSIGNMENT.exec(assignments)
        if (!found) return false
        const [whole, scope = '', variable = '', value = ''] = found
        const name = variable.toLowerCase()
        if (scope === '@') {
          // A dump only keeps in them what the session was.
          if (!value.startsWith('@@')) return false
          users.set(`@${name}`, valueOf(value))
        } else {
          if (!SETTABLE.has(name) || value.startsWith('@@')) return false
          variables.set(name, valueOf(value))
        }
        at += whole.length
        if (at === assignments.length && found[4] === ',') return false
      }
      return at > 0
    },
    get now() {
      return {
        sqlMode: variables.get('sql_mode'),
        charset: variables.get('character_set_client'),
        collation: variables.get('collation_connection'),
        timeZone: variables.get('time_zone'),
      }
    },
  }
}
