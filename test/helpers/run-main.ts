import type { Io } from '../../src/cli/io.ts';
import { main } from '../../src/cli/main.ts';

export interface MainResult {
  code: number;
  stdout: string;
  stderr: string;
}

export interface MainOptions {
  cwd?: string;
  env?: Record<string, string>;
  /** Whether stdout and stderr are terminals. */
  terminal?: boolean;
}

/** Runs one command line in this process, with outputs that are kept as text. */
export function runMain(argv: readonly string[], options: MainOptions = {}): Promise<MainResult> {
  return recorded((io) => main(argv, io), options);
}

/** Runs something that prints and resolves to an exit code, with outputs that are kept as text. */
export async function recorded(work: (io: Io) => Promise<number>, { cwd = '/nowhere', env = {}, terminal = false }: MainOptions = {}): Promise<MainResult> {
  const result: MainResult = { code: 0, stdout: '', stderr: '' };
  const output = (name: 'stdout' | 'stderr') => ({
    write: async (text: string) => {
      result[name] += text;
    },
    isTTY: terminal,
    columns: undefined,
  });
  result.code = await work({ stdout: output('stdout'), stderr: output('stderr'), cwd, env });
  return result;
}
