/** The exit codes of both apps; chosen in `main.ts` alone. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  partial: 3,
  notGood: 4,
  refused: 5,
  SIGINT: 130,
  SIGTERM: 143,
} as const
