import type { Survey } from '@raxx/mysql-dump'
import prettyBytes from 'pretty-bytes'
import type { Output } from './output.ts'

/** What was found on the host before the dump, and what about it deserves a thought. */
export function printSurvey(found: Survey, output: Output): void {
  const { server, tables, dataBytes, client, compressor, nonTransactional, floatColumns } = found
  const pipe = `${client.command} | ${compressor.command}`
  output.step('survey', `${server.version}, ${tables} tables, about ${prettyBytes(dataBytes)}; ${pipe}`)
  if (nonTransactional.length > 0) {
    output.warn(
      `these tables have an engine without transactions; written to during the dump, they are of no single moment: ${nonTransactional.join(', ')}`,
    )
  }
  if (floatColumns.length > 0) {
    output.warn(
      `these columns are of type FLOAT, of which a dump carries six digits only (DOUBLE comes whole): ${floatColumns.join(', ')}`,
    )
  }
}
