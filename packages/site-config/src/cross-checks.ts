import type { Finding } from './problem.ts'

type Mapping = Readonly<Record<string, unknown>>

/**
 * The rules between fields. They read the file as written, not as parsed, so that they report beside the problems of single
 * fields instead of only once those are solved.
 */
export function crossChecks(document: unknown): Finding[] {
  const sites = mapping(mapping(document)?.['sites'])
  if (!sites) return []
  if (Object.keys(sites).length === 0)
    return [{ path: ['sites'], expected: 'at least one site', found: 'none' }]
  // The one name that the schema's record passes over in silence.
  if (Object.hasOwn(sites, '__proto__')) return [{ path: ['sites', '__proto__'], expected: 'another name' }]
  const each = Object.entries(sites).flatMap(([name, site]) =>
    siteChecks(['sites', name], mapping(site) ?? {}),
  )
  return [...each, ...sharedPlaces(sites)]
}

function siteChecks(path: readonly string[], site: Mapping): Finding[] {
  const found: Finding[] = []
  const say = (inner: readonly (string | number)[], expected: string): void => {
    found.push({ path: [...path, ...inner], expected })
  }
  for (const need of ['host', 'database']) {
    if (site['dump'] !== undefined && site[need] === undefined)
      say([need], 'a mapping, since the site has a `dump`')
  }
  const host = mapping(site['host'])
  if (host && 'local' in host && Object.keys(host).length > 1) {
    say(['host', 'local'], 'either `local: true` alone, or an address with the rest')
  }
  const database = mapping(site['database'])
  if (database && 'socket' in database && ('address' in database || 'port' in database)) {
    say(['database', 'socket'], 'either a socket, or address and port')
  }
  const { instance, namePrefix } = mapping(site['snapshot']) ?? {}
  if (typeof namePrefix === 'string' && namePrefix === `${String(instance)}-manual-`) {
    say(
      ['snapshot', 'namePrefix'],
      'another prefix: snapshots made by hand have this one, and are never pruned',
    )
  }
  const zone = mapping(site['restore'])?.['availabilityZone']
  if (
    typeof zone === 'string' &&
    typeof site['region'] === 'string' &&
    zone.slice(0, -1) !== site['region']
  ) {
    say(['restore', 'availabilityZone'], 'a zone of the site’s region')
  }
  const channels = Array.isArray(site['notify']) ? site['notify'] : []
  for (const [index, channel] of channels.entries()) {
    const kinds = Object.keys(mapping(channel) ?? { one: true }).length
    if (kinds !== 1) say(['notify', index], 'exactly one of slack, webhook and heartbeat in each entry')
  }
  return found
}

// Two sites with one place would prune each other's backups.
function sharedPlaces(sites: Mapping): Finding[] {
  const found: Finding[] = []
  const taken = new Map<string, string>()
  const claim = (name: string, path: readonly string[], place: readonly unknown[]): void => {
    if (place.some((part) => typeof part !== 'string')) return
    const key = JSON.stringify([path[0], ...place])
    const owner = taken.get(key)
    if (owner === undefined) taken.set(key, name)
    else
      found.push({
        path: ['sites', name, ...path],
        expected: `a place of its own: site ${JSON.stringify(owner)} has this one`,
      })
  }
  for (const [name, value] of Object.entries(sites)) {
    const site = mapping(value) ?? {}
    const { bucket, prefix } = mapping(site['dump']) ?? {}
    claim(
      name,
      ['dump', 'prefix'],
      [bucket, typeof prefix === 'string' ? prefix.replace(/\/$/, '') : undefined],
    )
    const { instance, namePrefix = `${String(instance)}-backup-` } = mapping(site['snapshot']) ?? {}
    if (site['snapshot'] !== undefined) claim(name, ['snapshot', 'namePrefix'], [site['region'], namePrefix])
  }
  return found
}

function mapping(value: unknown): Mapping | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Mapping) : undefined
}
