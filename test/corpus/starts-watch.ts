import { readFileSync } from 'node:fs';

/** How often the process table is looked at, ms; the result is as exact. */
const INTERVAL_MS = 20;

/**
 * Watches from outside for how many milliseconds a process has no child of its own at work: what `analyze` adds to the
 * starts it makes. Call the result when the process has ended; it is null where there is no /proc to look into.
 */
export function watchTimeBeyondStarts(pid: number): () => number | null {
  const guards = new Set<string>();
  let withoutMs = 0;
  let withMs = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    const children = childrenOf(pid).filter((child) => !isGuard(child, guards));
    if (children.length > 0) withMs += now - last;
    else withoutMs += now - last;
    last = now;
  }, INTERVAL_MS);
  return () => {
    clearInterval(timer);
    return withMs > 0 ? withoutMs : null;
  };
}

/** The shell that ends what was started if the tool cannot: there as long as the tool is, and idle. */
function isGuard(pid: string, known: Set<string>): boolean {
  // Until it has become a shell its command line is still the tool's: only what is certain is remembered.
  if (!known.has(pid) && /^\/bin\/sh\0-c\0\s*trap /.test(textOf(`/proc/${pid}/cmdline`))) known.add(pid);
  return known.has(pid);
}

function childrenOf(pid: number): string[] {
  return textOf(`/proc/${pid}/task/${pid}/children`).split(' ').filter((child) => child !== '');
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
