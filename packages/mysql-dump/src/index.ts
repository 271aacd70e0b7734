export type { Database, DumpShell } from './database.ts'
export { MysqlDumpError, type MysqlDumpErrorCode } from './errors.ts'
export type { MissingPrivilege } from './missing-privileges.ts'
export { survey, type Survey } from './survey.ts'
