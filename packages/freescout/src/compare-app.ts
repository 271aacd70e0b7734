/** What a manifest says of the application: the part that is compared. */
export interface RecordedApp {
  readonly version: string
  readonly keyFingerprint: string
}

/** Something to know before a restore. */
export interface Finding {
  /** `error`: it will not work as it is. `warning`: it works, but something is to be done. `info`: nobody can tell. */
  readonly severity: 'error' | 'warning' | 'info'
  readonly code: 'APP_UNKNOWN' | 'DUMP_NEWER' | 'DUMP_OLDER' | 'KEY_DIFFERS'
  readonly text: string
  readonly hint: string
}

/**
 * What is different between the FreeScout that a dump was made of and the one that would get it: empty when nothing is.
 * @param recorded absent for a dump without a manifest
 */
export function compareApp(recorded: RecordedApp | undefined, live: RecordedApp): Finding[] {
  if (recorded === undefined) {
    return [
      {
        severity: 'info',
        code: 'APP_UNKNOWN',
        text: 'the dump does not say which FreeScout, and which APP_KEY, it belongs to',
        hint: 'After the restore, let each mailbox check its connection in FreeScout’s settings.',
      },
    ]
  }
  const findings: Finding[] = []
  if (recorded.keyFingerprint !== live.keyFingerprint) {
    findings.push({
      severity: 'error',
      code: 'KEY_DIFFERS',
      text: 'the APP_KEY in .env is not the one that the dump’s mailbox passwords were encrypted with: no mail would be fetched or sent',
      hint: 'Put the APP_KEY of that time back into .env, or enter the passwords of all mailboxes anew afterwards.',
    })
  }
  const order = compareVersions(recorded.version, live.version)
  if (order > 0) {
    findings.push({
      severity: 'error',
      code: 'DUMP_NEWER',
      text: `the dump is of FreeScout ${recorded.version}, newer than the ${live.version} installed here`,
      hint: `Update FreeScout to ${recorded.version} or later first.`,
    })
  } else if (order < 0) {
    findings.push({
      severity: 'warning',
      code: 'DUMP_OLDER',
      text: `the dump is of FreeScout ${recorded.version}; ${live.version} is installed here`,
      hint: 'After the restore run `php artisan freescout:after-app-update` in FreeScout’s folder, as its user: it migrates the database.',
    })
  }
  return findings
}

function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) =>
    version.split(/[.+-]/).map((part) => Number.parseInt(part, 10) || 0),
  )
  for (let i = 0; i < Math.max(left?.length ?? 0, right?.length ?? 0); i += 1) {
    const difference = (left?.[i] ?? 0) - (right?.[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
