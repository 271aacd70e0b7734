import { LogLevel, type WebClientOptions } from '@slack/web-api'

/**
 * Options for Slack's `WebClient` that fit a job that must end: three tries of 8 seconds, about 26 seconds in all, where the
 * client's own defaults go on for half an hour. Nothing is printed: the client's own logger writes to the console. A call over
 * the rate limit is rejected at once, since `slackChannel` waits itself and can be interrupted.
 *
 * A lost answer is tried again, and then the message may appear twice.
 */
export function slackClientOptions(
  options: {
    /** The base of the API, for a server other than Slack's: `http://127.0.0.1:4567/api/`. */
    readonly slackApiUrl?: string
    /** How long one try may take. @default 8000 */
    readonly tryMs?: number
    /** Ends what is under way, and lets nothing more go out. */
    readonly signal?: AbortSignal
  } = {},
): WebClientOptions {
  const { slackApiUrl, tryMs = 8000, signal } = options
  return {
    retryConfig: { retries: 2, minTimeout: 500, factor: 2 },
    timeout: tryMs,
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
    logger: {
      debug: silent,
      info: silent,
      warn: silent,
      error: silent,
      setLevel: silent,
      setName: silent,
      getLevel: () => LogLevel.ERROR,
    },
    ...(slackApiUrl === undefined ? {} : { slackApiUrl }),
    ...(signal === undefined
      ? {}
      : {
          fetch: (url, init = {}) =>
            fetch(url, { ...init, signal: AbortSignal.any([signal, ...(init.signal ? [init.signal] : [])]) }),
        }),
  }
}

function silent(): void {}
