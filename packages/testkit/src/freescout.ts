export { countRows, fillFreescout, loseData, type Database, type Lost } from './freescout-database.ts'
export { freescoutEnv, type FreescoutEnv } from './freescout-env.ts'
export { freescoutSchema, freescoutTables } from './freescout-schema.ts'
export { freescoutSql, freescoutStatements, type FreescoutData, type RowCounts } from './freescout-sql.ts'
