import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RawPlace } from './types.ts';

const framesWanted = 60;

/**
 * The call sites that led here, innermost first. Frames of Node itself and of the probe are left out; module URLs are
 * turned into paths. Empty where the app has made `Error` read-only.
 */
export function captureStack(): RawPlace[] {
  return rawCallSites()
    .filter((site) => !isProbe(site.file))
    .map((site) => ({ ...site, file: asPath(site.file) }));
}

/** A `file:` URL as a path; everything else as it is. */
export function asPath(file: string): string {
  if (!file.startsWith('file:')) return file;
  try {
    return fileURLToPath(file);
  } catch {
    return file;
  }
}

function rawCallSites(): RawPlace[] {
  const prepare = Error.prepareStackTrace;
  const limit = Error.stackTraceLimit;
  try {
    Error.stackTraceLimit = framesWanted;
    Error.prepareStackTrace = (_error, sites) => sites;
    const holder: { stack?: unknown } = {};
    Error.captureStackTrace(holder);
    return Array.isArray(holder.stack) ? (holder.stack as NodeJS.CallSite[]).flatMap(placeOf) : [];
  } catch {
    return [];
  } finally {
    restore(prepare, limit);
  }
}

function restore(prepare: typeof Error.prepareStackTrace, limit: number): void {
  try {
    Error.stackTraceLimit = limit;
    Error.prepareStackTrace = prepare;
  } catch {
    // Error is frozen: then nothing was changed above either.
  }
}

function placeOf(site: NodeJS.CallSite): RawPlace[] {
  const file = site.getFileName();
  const line = site.getLineNumber();
  if (!file || !line || file.startsWith('node:')) return [];
  return [{ file, line, column: site.getColumnNumber() ?? 1 }];
}

// Where the probe stands: its folder while it runs from its sources, bundles beside each other (`probe*.cjs`) when built.
const here = rawCallSites()[0]?.file ?? '';
const probe = here.endsWith('/routes/stack.ts') ? here.slice(0, -'routes/stack.ts'.length) : `${dirname(here)}/probe`;

function isProbe(file: string): boolean {
  return file === here || file.startsWith(probe);
}
