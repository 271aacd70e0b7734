import type { Site } from '@raxx/site-config'

/** A GitHub Actions matrix with one job a site: `matrix: ${{ fromJSON(needs.sites.outputs.matrix) }}`. */
export function matrixOf(sites: readonly Site[]): {
  readonly include: readonly { readonly site: string; readonly region: string }[]
} {
  return { include: sites.map(({ name, region }) => ({ site: name, region })) }
}
