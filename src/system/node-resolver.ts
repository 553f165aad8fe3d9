import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { builtFile } from './own-files.ts';

/** A specifier to be found as `importer` (absolute path) would find it. */
export type ResolveQuestion = [importer: string, specifier: string, kind: 'require' | 'import'];

/** Node's own resolution, asked in bulk. */
export interface NodeResolver {
  /** For each question the real path of a file, `node:` and a built-in's name, or null where Node finds no file. */
  resolve(questions: readonly ResolveQuestion[]): Promise<(string | null)[]>;
  close(): void;
}

/** Starts a process of the given Node (ours when absent) that resolves as it does, `conditions` being those of `--conditions`. */
export function openResolver(node: string = process.execPath, conditions: readonly string[] = []): NodeResolver {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const flags = ['--no-warnings', '--experimental-import-meta-resolve', ...conditions.map((one) => `--conditions=${one}`)];
  const child = spawn(node, [...flags, builtFile('pack-resolver.mjs')], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const failed = new Promise<never>((_resolve, reject) => child.once('error', reject));
  failed.catch(() => undefined);
  child.stdin.on('error', () => undefined);
  return {
    async resolve(questions) {
      if (questions.length === 0) return [];
      child.stdin.write(`${JSON.stringify(questions)}\n`);
      const { value, done } = await Promise.race([lines.next(), failed]);
      if (done === true) throw new Error('The process that resolves specifiers has ended.');
      return JSON.parse(value as string) as (string | null)[];
    },
    close: () => void child.kill(),
  };
}
