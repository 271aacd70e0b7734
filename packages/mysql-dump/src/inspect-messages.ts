import type { MysqlDumpErrorCode } from './errors.ts'
import type { DumpFacts } from './facts.ts'

/** To the inspecting thread: the next bytes, or that there are no more. */
export type InspectRequest = Uint8Array<ArrayBuffer> | 'end'

/** From it: so many bytes were read; or the verdict. */
export type InspectReport =
  | { readonly read: number }
  | { readonly facts: DumpFacts }
  | {
      readonly error: {
        readonly code: MysqlDumpErrorCode
        readonly message: string
        readonly hint: string | undefined
        readonly cause: unknown
      }
    }
