const ASSIGNMENT =
  /(?:^SET|,)\s*(?:(?:SESSION|LOCAL)\s+|@@(?:SESSION\.|LOCAL\.)?)?sql_mode\s*:?=\s*('[^']*'|"[^"]*"|[^,\s]+)/i

/**
 * Whether backslashes escape in the strings after this statement. A dump sets the sql_mode that each trigger, routine and
 * event was created with around it, and its text follows that mode. A mode brought back from a variable is the dump's own.
 */
export function backslashesAfter(head: string, before: boolean): boolean {
  if (!/^SET\b/i.test(head)) return before
  const value = ASSIGNMENT.exec(head)?.[1]
  return value === undefined ? before : !/NO_BACKSLASH_ESCAPES/i.test(value)
}
