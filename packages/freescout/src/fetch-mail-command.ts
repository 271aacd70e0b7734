import { FreescoutError } from './errors.ts'

/**
 * The command, to be run in FreeScout's folder as its user, that fetches mail again which arrived since a dump was made: mail that is
 * marked as seen too. What is in the database already is skipped by its Message-ID.
 *
 * Source: app/Console/Commands/FetchEmails.php in github.com/freescout-help-desk/freescout.
 * @param days how many days back, a whole number from 1
 */
export function fetchMailCommand(days: number): string {
  if (!Number.isSafeInteger(days) || days < 1) {
    throw new FreescoutError('BAD_OPTION', `mail of ${days} days cannot be fetched`, {
      hint: 'Give a whole number of days, 1 or more.',
    })
  }
  return `php artisan freescout:fetch-emails --unseen=0 --days=${days}`
}

/** How many days back mail must be fetched so that all since `takenAt` is: IMAP knows days alone, in the server's own time zone. */
export function daysToFetch(takenAt: Date, now: Date): number {
  return Math.max(1, Math.ceil((now.getTime() - takenAt.getTime()) / 86_400_000)) + 1
}
