import { writeSync } from 'node:fs';

/** True where the user wants to see what is loaded when. */
export const logs = process.env['LWA_SPLIT_LOG'] === '1';

/** Writes one JSON line to standard error, where a log is wanted. */
export function log(line: Record<string, unknown>): void {
  if (logs) warn(line);
}

/** The same, wanted or not. */
export function warn(line: Record<string, unknown>): void {
  try {
    writeSync(2, `${JSON.stringify(line)}\n`);
  } catch {
    // A closed or full stderr must not keep the app from running.
  }
}
