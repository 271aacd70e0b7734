export { listArtisan, type ArtisanProcess } from './artisan-processes.ts'
export { checkPage, type FetchPort, type PageCheck } from './check-page.ts'
export { clearCaches } from './clear-caches.ts'
export { compareApp, type Finding, type RecordedApp } from './compare-app.ts'
export { FreescoutError, type FreescoutErrorCode } from './errors.ts'
export { daysToFetch, fetchMailCommand } from './fetch-mail-command.ts'
export type { HostOptions, HostShell } from './host.ts'
export {
  dropQuarantinedJobs,
  pendingJobs,
  quarantineJobs,
  QUARANTINE_TABLE,
  restoreJobs,
  type PendingJobs,
} from './jobs.ts'
export { missingAttachments, type MissingAttachments } from './missing-attachments.ts'
export { parseDotenv } from './parse-dotenv.ts'
export { quiesce, type QuiesceOptions } from './quiesce.ts'
export type { Quiesced } from './quiesced.ts'
export { readApp, type App } from './read-app.ts'
export { readDatabasePassword } from './read-database-password.ts'
export { findQuiesced, resumeServices } from './resume-services.ts'
export type { SqlPort } from './sql.ts'
