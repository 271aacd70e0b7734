/**
 * A key as it is, from a listing that was asked for with `EncodingType: 'url'` (S3 echoes that when it obeyed). S3 writes a
 * space as `+` and a plus as `%2B` there. Listings are asked for like that because XML cannot hold every key, and one that it cannot
 * hold, though not ours, would make the whole answer unreadable.
 */
export function plainKey(key: string, encoding: string | undefined): string {
  return encoding === 'url' ? decodeURIComponent(key.replaceAll('+', ' ')) : key
}
