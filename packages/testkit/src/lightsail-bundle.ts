// GB of memory and of disk by size: Lightsail's plans for Linux. A generation (`_2_0`, `_3_0`) changes the price, not the order.
const SIZES: Readonly<Record<string, readonly [memory: number, disk: number]>> = {
  nano: [0.5, 20],
  micro: [1, 40],
  small: [2, 60],
  medium: [4, 80],
  large: [8, 160],
  xlarge: [16, 320],
  '2xlarge': [32, 640],
}

/** The disk of a bundle in GB, or undefined for one that does not exist. */
export function diskOf(bundleId: string): number | undefined {
  return sizeOf(bundleId)?.[1]
}

/** Whether a snapshot of an instance of one bundle may become one of another: the same or a larger. */
export function fits(bundleId: string, snapshotBundleId: string): boolean {
  const [wanted, needed] = [sizeOf(bundleId), sizeOf(snapshotBundleId)]
  return wanted !== undefined && (needed === undefined || (wanted[0] >= needed[0] && wanted[1] >= needed[1]))
}

function sizeOf(bundleId: string): readonly [memory: number, disk: number] | undefined {
  const size = /^([a-z0-9]+)(?:_ipv6)?_[1-3]_\d$/.exec(bundleId)?.[1]
  return size !== undefined && Object.hasOwn(SIZES, size) ? SIZES[size] : undefined
}
