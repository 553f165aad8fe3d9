import { join } from 'node:path';
import type { DeferPlan } from '../../runtime/defer-plan.ts';
import { builtFile } from '../../system/own-files.ts';
import { writeFileAtomic } from '../../system/files.ts';
import type { RewrittenFile } from './index.ts';

/**
 * Writes rewritten texts where the defer loader finds them, and gives the variables with which an app runs them. `preloads` is
 * what NODE_OPTIONS holds besides.
 */
export function writePlan(folder: string, files: readonly Pick<RewrittenFile, 'file' | 'hash' | 'text' | 'module'>[], preloads = ''): Record<string, string> {
  const plan: DeferPlan = { files: [] };
  for (const [index, { file, hash, text, module }] of files.entries()) {
    const name = `${index}.txt`;
    writeFileAtomic(join(folder, name), text);
    plan.files.push({ file, hash, text: name, module });
  }
  writeFileAtomic(join(folder, 'plan.json'), JSON.stringify(plan));
  const loader = `--require "${builtFile('defer-loader.cjs').replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  return { NODE_OPTIONS: `${loader} ${preloads}`.trim(), LWA_SPLIT_DEFERRED: folder };
}

/** Path of the runtime that rewritten texts load. */
export function runtimeFile(): string {
  return builtFile('runtime.cjs');
}
