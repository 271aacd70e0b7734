/** The settings of a FreeScout application that a restore has to read. */
export interface FreescoutEnv {
  readonly dbPassword: string
  /** Laravel's key: `base64:` and 32 bytes. What the mailboxes' passwords are encrypted with. */
  readonly appKey: string
  /** @default 'freescout' */
  readonly dbName?: string
  /** @default 'freescout' */
  readonly dbUser?: string
  /** @default '127.0.0.1' */
  readonly dbHost?: string
  /** @default 3306 */
  readonly dbPort?: number
  /** @default 'https://tickets.example.com' */
  readonly url?: string
}

// As vlucas/phpdotenv reads it within double quotes: `\"` and `\\` are escapes, a lone `$` is itself. (`${NAME}` names another
// variable, and phpdotenv 2, which FreeScout uses, has no escape for it: no password that the installer took holds one.)
const quoted = (value: string): string => `"${value.replace(/["\\]/g, '\\$&')}"`

/**
 * The text of FreeScout's `.env`, with its comments, blank lines and quoting: a password with quotes, spaces, `#`, `=` or `$`
 * is legal there, and reading it with `cut -d= -f2-` gets it wrong.
 */
export function freescoutEnv(settings: FreescoutEnv): string {
  const { dbName = 'freescout', dbUser = 'freescout', dbHost = '127.0.0.1', dbPort = 3306 } = settings
  return [
    '# Every time you are making changes in .env file, run: php artisan freescout:clear-cache',
    '',
    `APP_URL=${settings.url ?? 'https://tickets.example.com'}`,
    '#APP_FORCE_HTTPS=true',
    '',
    'DB_CONNECTION=mysql',
    `DB_HOST=${dbHost}`,
    `DB_PORT=${dbPort}`,
    `DB_DATABASE=${quoted(dbName)}`,
    `DB_USERNAME=${quoted(dbUser)}`,
    '# Maximum password length is 50 characters',
    `DB_PASSWORD=${quoted(settings.dbPassword)}`,
    '',
    `APP_KEY=${settings.appKey}`,
    "APP_TIMEZONE='Europe/Berlin' # see the wiki",
    '',
  ].join('\n')
}
