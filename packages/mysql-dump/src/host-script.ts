import { shellQuote } from './shell-quote.ts'

// What a host's login or environment says must not change what a dump holds or where it connects. MySQL's clients read
// ~/.mylogin.cnf even when they are told to read one options file only.
export const CLEAN = `unset MYSQL_PWD MYSQL_HOST MYSQL_TCP_PORT MYSQL_UNIX_PORT MYSQL_HOME MYSQL_GROUP_SUFFIX MARIADB_GROUP_SUFFIX LIBMYSQL_ENABLE_CLEARTEXT_PLUGIN
MYSQL_TEST_LOGIN_FILE=/dev/null LC_ALL=C; export MYSQL_TEST_LOGIN_FILE LC_ALL
PATH=\${PATH:-/usr/bin:/bin}:/usr/local/bin:/usr/local/mysql/bin:/opt/bitnami/mariadb/bin:/opt/bitnami/mysql/bin
`

/**
 * Makes a command of a POSIX script whatever the login shell is. The script finds the text that came over stdin in `$conf`:
 * the options file, which it hands on by a pipe from the shell's own printf, so that it is in no argument list and no file.
 */
export function hostScript(script: string): string {
  return `exec sh -c ${shellQuote(`conf=$(cat)\n${CLEAN}${script}`)}`
}
