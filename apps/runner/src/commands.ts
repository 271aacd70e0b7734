import { type Config, type Site, pickSite, requireHostKeys } from '@raxx/site-config'
import { backUp } from './backup.ts'
import { listSite } from './list.ts'
import { matrixOf } from './matrix.ts'
import { listText } from './print-list.ts'
import { pruneText } from './print-prune.ts'
import { printRun, runSummary } from './print-run.ts'
import { prune } from './prune.ts'
import { snapshotByHand } from './snapshot-by-hand.ts'
import type { ErrorDocument } from './told.ts'
import { hostKeyLines, readHostKeys } from './trust.ts'
import { Usage } from './usage.ts'
import type { World } from './world.ts'

export interface GlobalOptions {
  readonly config?: string
  readonly site?: string
  readonly json?: boolean
  readonly quiet?: boolean
  readonly verbose?: boolean
}

/** What a command has to show: a document for machines, text for people, and how it went. */
export interface Result {
  readonly document: object
  readonly text: string
  readonly outcome: 'ok' | 'partial' | 'failed'
  /** What went wrong, told on stderr. */
  readonly errors?: readonly (ErrorDocument | null | undefined)[]
  /** For the job's summary page in GitHub Actions. */
  readonly summary?: string
}

export interface CommandDefinition {
  readonly name: string
  readonly description: string
  /** Flags, description, and the values allowed. */
  readonly options?: readonly (readonly [flags: string, description: string, choices?: readonly string[]])[]
  /** For commands about the configuration alone. */
  readonly configured?: (config: Config, options: GlobalOptions) => Result
  /** For commands about one site. */
  readonly about?: (site: Site, world: World, options: Readonly<Record<string, unknown>>) => Promise<Result>
}

export const COMMANDS: readonly CommandDefinition[] = [
  {
    name: 'run',
    description:
      'the daily job: dump, prove, store and prune; then snapshot, wait and prune; tell when it fails',
    options: [
      ['--dry-run', 'print the plan; change nothing'],
      ['--tier <tier>', 'one tier alone', ['dump', 'snapshot']],
    ],
    about: async (site, world, options) => {
      const tier = options['tier'] as 'dump' | 'snapshot' | undefined
      if (!(site.dump && tier !== 'snapshot') && !(site.snapshot && tier !== 'dump')) {
        throw new Usage(
          `site ${site.name} has no ${tier ?? 'dump and no snapshot'} tier: there is nothing to back up`,
          'Add `dump` or `snapshot` to the site in the configuration, or leave --tier out.',
        )
      }
      // A host that nothing tells from an impostor: better told now than after the other tier.
      if (tier !== 'snapshot' && site.dump && site.host && !('local' in site.host))
        requireHostKeys(site, site.host)
      const report = await backUp(site, world, { dryRun: options['dryRun'] === true, ...(tier && { tier }) })
      const undelivered = report.notifications.some((one) => !one.delivered)
      return {
        document: report,
        text: printRun(report),
        outcome: report.outcome === 'ok' && undelivered ? 'partial' : report.outcome,
        summary: runSummary(report),
      }
    },
  },
  {
    name: 'snapshot',
    description: 'a snapshot by hand, never pruned',
    options: [['--name <name>', 'its name (default: <instance>-manual-DATE)']],
    about: async (site, world, options) => {
      const report = await snapshotByHand(site, world, { name: options['name'] as string | undefined })
      const { name, state, error, outcome } = report
      return { document: report, text: error ? '' : `${name} ${state}`, outcome, errors: [error] }
    },
  },
  {
    name: 'list',
    description: 'dumps, proven or not, and snapshots',
    about: async (site, world) => {
      const report = await listSite(site, world)
      const tiers = { dump: site.dump !== undefined, snapshot: site.snapshot !== undefined }
      const { dumps, snapshots } = report.errors
      return {
        document: report,
        text: listText(report, tiers),
        outcome: report.outcome,
        errors: [dumps, snapshots],
      }
    },
  },
  {
    name: 'prune',
    description: 'what retention would remove, and why; removes it only with --apply',
    options: [['--apply', 'remove it']],
    about: async (site, world, options) => {
      const report = await prune(site, world, { apply: options['apply'] === true })
      const errors = [report.dump?.error, report.snapshot?.error]
      return { document: report, text: pruneText(report), outcome: report.outcome, errors }
    },
  },
  {
    name: 'trust',
    description: "the host's keys as hostKeys lines, to be compared and pasted",
    about: async (site, world) => {
      const keys = await readHostKeys(site, world)
      const document = { schema: 'raxx.trust/1', site: site.name, outcome: 'ok', hostKeys: keys }
      return { document, text: hostKeyLines(keys), outcome: 'ok' }
    },
  },
  {
    name: 'matrix',
    description: 'the sites as a GitHub Actions matrix, one job each',
    configured: (config, { site }) => {
      const matrix = matrixOf(site === undefined ? Object.values(config.sites) : [pickSite(config, site)])
      return { document: matrix, text: JSON.stringify(matrix), outcome: 'ok' }
    },
  },
]
