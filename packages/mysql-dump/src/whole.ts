import type { Database } from './database.ts'
import { MysqlDumpError } from './errors.ts'
import type { DumpFacts } from './facts.ts'
import type { Survey } from './survey.ts'

/** Why no dump can be whole here, before one is begun; undefined where nothing speaks against it. */
export function refusal(survey: Survey, database: Database): MysqlDumpError | undefined {
  const [lack] = survey.missing
  if (lack) {
    const all = survey.missing.map(({ privilege, why }) => `${privilege} (${why})`).join('; ')
    const grants = survey.missing.map(({ grant }) => grant).join(' ')
    return new MysqlDumpError(
      'PRIVILEGE_MISSING',
      `a dump of ${database.name} by ${database.user} would not be whole; missing: ${all}`,
      { hint: `As an administrator of the server: ${grants}` },
    )
  }
  const [view] = survey.brokenViews
  if (view) {
    const names = survey.brokenViews.map(({ name }) => `\`${name}\``).join(', ')
    return new MysqlDumpError(
      'BROKEN_VIEW',
      `the dump of ${database.name} would stop at ${names}: ${view.why}`,
      {
        hint: `Mend the view or drop it: SHOW CREATE VIEW \`${view.name.replaceAll('`', '``')}\` tells what it stands on.`,
      },
    )
  }
  const [event] = survey.brokenEvents
  if (event !== undefined) {
    const names = survey.brokenEvents.map((name) => `\`${name}\``).join(', ')
    return new MysqlDumpError(
      'BROKEN_EVENT',
      `the dump of ${database.name} would never end: ${survey.client.command} hangs on an event with ;; in its body: ${names}`,
      {
        hint: `Change the event so that no ;; is left, not even in a string: SHOW CREATE EVENT \`${event.replaceAll('`', '``')}\`.`,
      },
    )
  }
  return undefined
}

const KINDS = ['tables', 'views', 'triggers', 'routines', 'events', 'sequences'] as const

/** What the survey saw and the dump has not, as an error; undefined when nothing is missing. */
export function shortfall(survey: Survey, facts: DumpFacts, database: Database): MysqlDumpError | undefined {
  const lacking = KINDS.filter((kind) => facts[kind].length < survey[kind])
  if (lacking.length === 0) return undefined
  const told = lacking.map((kind) => `${facts[kind].length} of ${survey[kind]} ${kind}`).join(', ')
  return new MysqlDumpError('OBJECTS_MISSING', `the dump of ${database.name} holds only ${told}`, {
    hint: 'Run again when no update or migration of the application runs; if it stays, compare the grants of the user.',
  })
}
