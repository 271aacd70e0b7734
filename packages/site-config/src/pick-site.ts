import { ConfigError } from './errors.ts'
import type { Config, RemoteHost, Site } from './site.ts'

/**
 * The site that `name` names, or the only one where no name is given.
 * Throws `UNKNOWN_SITE` or, where several could be meant, `SITE_REQUIRED`; both say which sites there are.
 */
export function pickSite(config: Config, name?: string): Site {
  const names = Object.keys(config.sites)
  if (name === undefined && names.length > 1) {
    throw new ConfigError('SITE_REQUIRED', `the configuration has several sites: ${names.join(', ')}`, {
      hint: 'Say which one with --site NAME.',
    })
  }
  const wanted = name ?? names[0] ?? ''
  const site = Object.hasOwn(config.sites, wanted) ? config.sites[wanted] : undefined
  if (site) return site
  throw new ConfigError(
    'UNKNOWN_SITE',
    `no site ${JSON.stringify(wanted)} in the configuration; it has: ${names.join(', ')}`,
    {
      hint: `Use one of: ${names.join(', ')}.`,
    },
  )
}

/** The host's pinned keys. Throws `HOST_KEYS_MISSING` when the file has none: no host is trusted at first sight. */
export function requireHostKeys(site: Site, host: RemoteHost): readonly string[] {
  if (host.hostKeys.length > 0) return host.hostKeys
  throw new ConfigError(
    'HOST_KEYS_MISSING',
    `sites.${site.name}.host.hostKeys is absent, so that ${host.address} cannot be told from an impostor`,
    {
      hint: `Run \`raxx-backup trust --site ${site.name}\`, compare the keys with the host's own, and paste them.`,
    },
  )
}
