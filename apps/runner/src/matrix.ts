import type { Config } from '@raxx/site-config'

/** A GitHub Actions matrix with one job a site: `matrix: ${{ fromJSON(needs.sites.outputs.matrix) }}`. */
export function matrixOf(config: Config): { readonly include: readonly { site: string; region: string }[] } {
  return { include: Object.values(config.sites).map(({ name, region }) => ({ site: name, region })) }
}
