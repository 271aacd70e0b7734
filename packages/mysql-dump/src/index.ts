export type { Access, Admin } from './admin.ts'
export type { Database, DumpCommandOptions, DumpShell } from './database.ts'
export { dump, type DumpOptions, type DumpStream } from './dump.ts'
export { MysqlDumpError, type MysqlDumpErrorCode } from './errors.ts'
export type { BinlogPosition, Digest, DumpFacts, RoutineFacts, SqlFacts, TableFacts } from './facts.ts'
export { abandonImport, importInto, type ImportOptions, type ImportReport } from './import.ts'
export { checkImport, type Difference, type Expected } from './import-check.ts'
export type { CodeObject } from './import-code.ts'
export type { ImportShell } from './import-shell.ts'
export { inspect, type InspectOptions, type InspectStream } from './inspect.ts'
export {
  type DumpedApp,
  type DumpManifest,
  makeManifest,
  MANIFEST_SCHEMA,
  type ManifestDetails,
  parseManifest,
} from './manifest.ts'
export type { MissingPrivilege } from './missing-privileges.ts'
export { survey, type Survey } from './survey.ts'
export { readObjects, type SchemaObjects } from './swap-objects.ts'
export { describeSwap, planSwap, type SwapPlan } from './swap-plan.ts'
export type { SwapOutcome } from './swap-script.ts'
export { dropKept, swap, swapOutcome, type SwapOptions, type SwapReport, swapState } from './swap.ts'
export { planUndo, undoSwap } from './undo-swap.ts'
