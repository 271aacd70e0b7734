const MIB = 1024 * 1024
/** S3's limits: "Amazon S3 multipart upload limits" in the user guide. */
const MAX_PARTS = 10_000
const LARGEST_PART = 5 * 1024 * MIB
const SMALLEST = 8 * MIB
const MEMORY = 48 * MIB

/**
 * The size of an upload's parts, in bytes: whole MiB, at least 8 MiB (enough for 78 GiB), and so large that an object of
 * twice `expectedBytes` still fits into S3's 10,000 parts. Rejects what no multipart upload can hold with a RangeError.
 */
export function partSizeFor(expectedBytes: number): number {
  if (!(expectedBytes >= 0)) throw new RangeError(`expectedBytes must be a size, not ${expectedBytes}`)
  if (expectedBytes > MAX_PARTS * LARGEST_PART)
    throw new RangeError(
      `${expectedBytes} bytes are more than the ${MAX_PARTS * LARGEST_PART} that a multipart upload holds`,
    )
  const part = Math.ceil((2 * expectedBytes) / MAX_PARTS / MIB) * MIB
  return Math.min(Math.max(part, SMALLEST), LARGEST_PART)
}

/** The most bytes that parts of this size can carry. */
export function capacityOf(partSize: number): number {
  return partSize * MAX_PARTS
}

/** How many parts are on their way at once: lib-storage was measured to hold about (2 × queue + 2) parts in memory. */
export function queueSizeFor(partSize: number): number {
  return Math.min(Math.max(Math.floor((MEMORY / partSize - 2) / 2), 1), 4)
}
