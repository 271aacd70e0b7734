export { MysqlDumpError, type MysqlDumpErrorCode } from './errors.ts'
