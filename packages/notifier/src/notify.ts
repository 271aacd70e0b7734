import { NotifierError } from './errors.ts'
import type { Channel, Message } from './message.ts'

/** What became of a message on one channel. */
export interface Delivery {
  readonly channel: string
  readonly delivered: boolean
  readonly error?: { readonly code: string; readonly message: string; readonly hint?: string }
}

/**
 * Tells every channel that the message is for, side by side, and says what became of each, in the order of `channels`.
 * Never rejects: a message that could not be delivered is told in its delivery. A channel that has not answered in time
 * counts as failed, though the message may still arrive.
 * @param options.timeoutMs for all channels together. @default 20000
 */
export async function notify(
  channels: readonly Channel[],
  message: Message,
  options: { readonly timeoutMs?: number; readonly signal?: AbortSignal } = {},
): Promise<Delivery[]> {
  const { timeoutMs = 20_000, signal } = options
  const stop = new AbortController()
  // A timer that holds the process: with AbortSignal.timeout, a program that waits for nothing else would end here, untold.
  const timer = setTimeout(() => {
    const text = `no answer within ${timeoutMs / 1000} s`
    stop.abort(
      new NotifierError('TIMED_OUT', text, {
        hint: 'Check whether the message arrived; then the service and the network.',
      }),
    )
  }, timeoutMs)
  const cancel = (): void =>
    stop.abort(new NotifierError('ABORTED', 'interrupted before it was delivered', { cause: signal?.reason }))
  if (signal?.aborted) cancel()
  signal?.addEventListener('abort', cancel, { once: true })
  try {
    return await Promise.all(
      channels
        .filter((channel) => isFor(channel, message))
        .map((channel) => deliver(channel, message, stop.signal)),
    )
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', cancel)
  }
}

function isFor(channel: Channel, message: Message): boolean {
  try {
    return channel.hears
      ? channel.hears(message)
      : message.severity !== 'start' && message.severity !== 'success'
  } catch {
    return true
  }
}

async function deliver(channel: Channel, message: Message, signal: AbortSignal): Promise<Delivery> {
  const stopped = Promise.withResolvers<never>()
  const stop = (): void => stopped.reject(signal.reason)
  try {
    signal.throwIfAborted()
    signal.addEventListener('abort', stop, { once: true })
    await Promise.race([channel.send(message, { signal }), stopped.promise])
    return { channel: channel.name, delivered: true }
  } catch (thrown) {
    // A channel that obeyed the signal may say so in its own words; why it had to stop is the better answer.
    return { channel: channel.name, delivered: false, error: told(signal.aborted ? signal.reason : thrown) }
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

function told(thrown: unknown): NonNullable<Delivery['error']> {
  if (thrown instanceof NotifierError) {
    const { code, message, hint } = thrown
    return { code, message, ...(hint === undefined ? {} : { hint }) }
  }
  const { code, hint } = (thrown ?? {}) as { readonly code?: unknown; readonly hint?: unknown }
  return {
    code: typeof code === 'string' ? code : 'CHANNEL_FAILED',
    message: thrown instanceof Error ? thrown.message : String(thrown),
    ...(typeof hint === 'string' && { hint }),
  }
}
