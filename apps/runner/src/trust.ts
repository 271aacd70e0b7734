import { type HostKey, scanHostKeys } from '@raxx/ssh-stream'
import type { Site } from '@raxx/site-config'
import { Usage } from './usage.ts'
import type { World } from './world.ts'

/** Reads the host's keys without logging in. Rejects for a site whose commands run on this machine. */
export async function readHostKeys(site: Site, world: World): Promise<readonly HostKey[]> {
  if (site.host === undefined || 'local' in site.host) {
    throw new Usage(
      `site ${site.name} has no host to be reached over SSH`,
      'Only a site with host.address has host keys.',
    )
  }
  return scanHostKeys({ address: site.host.address, port: site.host.port }, { signal: world.signal })
}

/** The keys as the configuration takes them, with what to do before they are pasted. */
export function hostKeyLines(keys: readonly HostKey[]): string {
  return [
    '# Compare with what the host itself says: for k in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf $k; done',
    '# then paste under `host:` of the site.',
    'hostKeys:',
    ...keys.map((key) => `  - "${key.fingerprint}" # ${key.type}`),
  ].join('\n')
}
