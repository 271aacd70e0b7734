import { type Shell, connect, localShell } from '@raxx/ssh-stream'
import { type LocalHost, type RemoteHost, type Site, requireHostKeys } from '@raxx/site-config'
import type { World } from './world.ts'

/** A shell where the database's commands run. */
export interface OpenHost extends AsyncDisposable {
  readonly shell: Shell
  /** What to tell of it: who and where, and the key that it showed. */
  readonly told: string
}

/** Opens the site's host: over SSH, its key checked, or this machine. */
export async function openHost(site: Site, host: RemoteHost | LocalHost, world: World): Promise<OpenHost> {
  if ('local' in host) {
    // What this program knows from its environment (tokens, keys) is not for the commands that it starts.
    const passed = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'USER'].flatMap((name) => {
      const value = world.env[name]
      return value === undefined ? [] : [[name, value] as const]
    })
    return {
      shell: localShell({ env: Object.fromEntries(passed) }),
      told: 'this machine',
      [Symbol.asyncDispose]: async () => {},
    }
  }
  const hostKeys = requireHostKeys(site, host)
  const privateKey = await world.secret(host.privateKey)
  const shell = await connect({ ...host, hostKeys, privateKey }, { signal: world.signal })
  return {
    shell,
    told: `${host.user}@${host.address}:${host.port}, ${shell.hostKey}`,
    [Symbol.asyncDispose]: () => shell.close(),
  }
}
