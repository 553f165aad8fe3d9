/** The outside of a command: what main is handed, so that tests can hand in their own. */
export interface Io {
  stdout: Output;
  stderr: Output;
  cwd: string;
  env: Record<string, string | undefined>;
}

export interface Output {
  /** Resolves when the text has left us, or when the reader is gone. */
  write(text: string): Promise<void>;
  isTTY: boolean;
  columns: number | undefined;
}

/** How wide and how colorful text may be: colors only on a terminal that shows them, and not under NO_COLOR (no-color.org). */
export function renderOptions({ stdout, env }: Io): { columns: number; color: boolean } {
  const color = stdout.isTTY && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  return { columns: stdout.columns ?? (Number(env['COLUMNS']) || 80), color };
}

/** Short lines about what is being done. */
export interface Progress {
  show(text: string): void;
  /** Takes the line away: what follows is the result. */
  end(): void;
}

/**
 * On a terminal one line that changes, else one line after the other where nobody reads a document from stdout;
 * nothing in CI, whose logs are for results.
 */
export function progressFor({ stderr, env }: Io, asDocument: boolean): Progress {
  const inCi = Boolean(env['CI']) && env['CI'] !== 'false';
  if (inCi || (asDocument && !stderr.isTTY)) return { show: () => undefined, end: () => undefined };
  if (!stderr.isTTY) return { show: (text) => void stderr.write(`${text}\n`), end: () => undefined };
  const width = (stderr.columns ?? 80) - 1;
  return {
    show: (text) => void stderr.write(`\r\u001b[2K${text.slice(0, width)}`),
    end: () => void stderr.write('\r\u001b[2K'),
  };
}
