import type { BackupStore } from './store.ts'

interface Listing {
  readonly bucket: string
  readonly prefix: string
}

const listings = new WeakMap<object, Listing>()

/** Freezes what a listing found and remembers where: only that can be removed, only from there, and only as it was found. */
export function listed<T extends object>(store: BackupStore, found: T): T {
  listings.set(found, { bucket: store.bucket, prefix: store.prefix })
  return Object.freeze(found)
}

/** Whether this very object came out of a listing of this bucket and prefix. */
export function isListedIn(store: BackupStore, value: object): boolean {
  const listing = listings.get(value)
  return listing !== undefined && listing.bucket === store.bucket && listing.prefix === store.prefix
}
