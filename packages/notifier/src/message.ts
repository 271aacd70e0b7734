/**
 * What a message is about. `failure` and `alert` need somebody (it went wrong; it is about to), `recovery` says that it is
 * over, `info` is news. `start` and `success` tell of a run as such: only heartbeats listen to them.
 */
export type Severity = 'failure' | 'alert' | 'recovery' | 'info' | 'start' | 'success'

/** What to tell operators, as plain data. It holds no secrets: whoever builds it has taken them out. */
export interface Message {
  readonly severity: Severity
  /** One line that says it all: `freescout: the dump failed, the snapshot was taken`. */
  readonly title: string
  /** Short things to know, such as the key of the last good dump. */
  readonly facts?: readonly { readonly label: string; readonly value: string }[]
  /** What happened, part by part, each with what to do about it. */
  readonly sections?: readonly { readonly heading: string; readonly text: string; readonly hint?: string }[]
  /** What to do about the whole, in one imperative sentence. */
  readonly hint?: string
  /** Where to read on; http or https. */
  readonly link?: { readonly label: string; readonly url: string }
}

/** A way to reach operators. */
export interface Channel {
  /** As deliveries name it: `slack`. */
  readonly name: string
  /** Which messages it is for. @default all but `start` and `success` */
  readonly hears?: (message: Message) => boolean
  /** Resolves once the message was accepted; rejects otherwise, and when the signal aborts. */
  send(message: Message, options: { readonly signal: AbortSignal }): Promise<void>
}
