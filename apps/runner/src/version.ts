import manifest from '../package.json' with { type: 'json' }

/** The app's own version, as its manifests and `--version` tell it. */
export const VERSION: string = manifest.version
