// As PHP's serialize() writes them; lengths are in bytes.
const string = (value: string): string => `s:${Buffer.byteLength(value)}:"${value}"`
const named = (className: string, fields: Readonly<Record<string, string>>): string =>
  `O:${Buffer.byteLength(className)}:"${className}":${Object.keys(fields).length}:{${Object.entries(fields)
    .map(([name, value]) => `${string(name)};${value}`)
    .join('')}}`
const list = (values: readonly number[]): string =>
  `a:${values.length}:{${values.map((value, index) => `i:${index};i:${value};`).join('')}}`
const model = (className: string, id: string): string =>
  named('Illuminate\\Contracts\\Database\\ModelIdentifier', {
    class: `${string(className)};`,
    id,
    relations: 'a:0:{}',
    connection: `${string('mysql')};`,
  })

/** A waiting `SendReplyToCustomer`: run again after a restore, it mails the customer again. */
export function replyJob(conversationId: number, threadIds: readonly number[], customerId: number): string {
  const name = 'App\\Jobs\\SendReplyToCustomer'
  return payload(name, 168, {
    conversation: model('App\\Conversation', `i:${conversationId};`),
    threads: model('App\\Thread', list(threadIds)),
    customer: model('App\\Customer', `i:${customerId};`),
    // A protected property: PHP writes NUL * NUL before its name, which JSON then escapes as \u0000*\u0000.
    '\0*\0message_id': `${string('')};`,
    timeout: 'i:120;',
  })
}

/** A waiting notification of agents. */
export function notificationJob(
  conversationId: number,
  threadIds: readonly number[],
  userIds: readonly number[],
): string {
  return payload('App\\Jobs\\SendNotificationToUsers', 168, {
    users: model('App\\User', list(userIds)),
    conversation: model('App\\Conversation', `i:${conversationId};`),
    threads: model('App\\Thread', list(threadIds)),
  })
}

// What Laravel 5.5's database queue writes.
function payload(name: string, maxTries: number, fields: Readonly<Record<string, string>>): string {
  return JSON.stringify({
    displayName: name,
    job: 'Illuminate\\Queue\\CallQueuedHandler@call',
    maxTries,
    timeout: 120,
    timeoutAt: null,
    data: { commandName: name, command: named(name, fields) },
  })
}
