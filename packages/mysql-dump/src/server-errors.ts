import type { Database } from './database.ts'
import type { MysqlDumpErrorCode } from './errors.ts'
import { account, databasePlace } from './grant-words.ts'

/** What a number of MariaDB's and MySQL's means for a dump, in an operator's words. */
export interface ServerError {
  readonly code: MysqlDumpErrorCode
  readonly numbers: readonly number[]
  readonly message: (database: Database) => string
  readonly hint: (database: Database) => string
}

/** https://mariadb.com/kb/en/mariadb-error-code-reference/ */
export const SERVER_ERRORS: readonly ServerError[] = [
  {
    code: 'ACCESS_DENIED',
    numbers: [1045, 1129, 1130, 1251, 1698, 1820, 1862, 4151],
    message: ({ user }) => `the server does not let ${user} in`,
    hint: () =>
      "Compare the password that was used (the SSM parameter) with DB_PASSWORD in the application's .env on the instance, and correct the parameter.",
  },
  {
    code: 'UNKNOWN_DATABASE',
    numbers: [1049],
    message: ({ name }) => `there is no database ${name}`,
    hint: () => "Compare the database's name with DB_DATABASE in the application's .env on the instance.",
  },
  {
    code: 'PRIVILEGE_MISSING',
    numbers: [1044, 1142, 1143, 1227, 1370],
    message: ({ name, user }) => `${user} lacks a privilege on ${name}`,
    hint: ({ name, user }) =>
      `As an administrator of the server: GRANT SELECT, SHOW VIEW, TRIGGER, EVENT, EXECUTE ON ${databasePlace(name)} TO ${account(`${user}@localhost`)}; or correct the database's name, if there is none of this name.`,
  },
  {
    code: 'SERVER_GONE',
    numbers: [1040, 1053, 1152, 1158, 1159, 1160, 1161, 1317, 1927, 2002, 2003, 2005, 2006, 2013, 2026],
    message: ({ name, socket, address = '127.0.0.1', port = 3306 }) =>
      `the database server of ${name} (${socket ?? `${address}:${port}`}) could not be reached, or went away`,
    hint: () =>
      'Look whether it runs and answers (systemctl status mariadb), and at its log; when a slow upload held the dump up, raise net_write_timeout.',
  },
  {
    code: 'TABLE_CHANGED',
    numbers: [1146, 1305, 1360, 1412, 1539],
    message: ({ name }) => `something in ${name} was changed or removed while it was dumped`,
    hint: () => 'Run again when no update or migration of the application runs.',
  },
  {
    code: 'BROKEN_VIEW',
    numbers: [1356, 1449],
    message: ({ name }) => `${name} has a view that cannot be read`,
    hint: () => 'Mend the view or drop it: SHOW CREATE VIEW tells what it stands on.',
  },
]
