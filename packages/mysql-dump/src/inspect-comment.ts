import type { BinlogPosition } from './facts.ts'

/**
 * The version of the program that wrote this first line of a dump, or undefined if it is no such line:
 * `-- MariaDB dump 10.19  Distrib 10.11.19-MariaDB, for …`, `-- MariaDB dump 10.19-11.4.2-MariaDB, for …` since 11.x,
 * `-- MySQL dump 10.13  Distrib 8.0.36, for …`.
 */
export function readClientVersion(comment: string): string | undefined {
  const found = /^-- (?:MariaDB|MySQL) dump [\d.]+(?:-(\S+?)|\s+Distrib (\S+?)),/.exec(comment)
  return found?.[1] ?? found?.[2]
}

/** The server's version, from the header's line. */
export function readServerVersion(comment: string): string | undefined {
  return /^-- Server version\s+(\S+)/.exec(comment)?.[1]
}

/** Whether this is the last line of a dump; `--skip-dump-date` leaves the date out, and the hour may be padded by a space. */
export function readTrailer(comment: string): boolean {
  return /^-- Dump completed(?: on \d{4}-\d\d-\d\d [ \d]\d:\d\d:\d\d)?$/.test(comment)
}

/** The position that `--master-data` and `--source-data` write, as a comment or as a statement. */
export function readBinlogPosition(text: string): BinlogPosition | undefined {
  const found =
    /^(?:-- )?CHANGE (?:MASTER|REPLICATION SOURCE) TO (?:MASTER|SOURCE)_LOG_FILE='([^']+)', (?:MASTER|SOURCE)_LOG_POS=(\d+)/.exec(
      text,
    )
  return found?.[1] === undefined ? undefined : { file: found[1], position: Number(found[2]) }
}
