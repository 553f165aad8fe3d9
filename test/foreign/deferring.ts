import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RewrittenFile } from '../../src/steps/rewrite/index.ts';
import { runtimeFile } from '../../src/steps/rewrite/plan.ts';
import { contentHash } from '../../src/system/files.ts';
import { defer } from '../../src/syntax/defer.ts';
import { applyEdits } from '../../src/syntax/edits.ts';
import { commonJsHost } from '../../src/syntax/hosts.ts';
import { importsOf } from '../../src/syntax/imports.ts';
import type { SourceFormat } from '../../src/syntax/parse.ts';

export interface DeferredPackage {
  files: Pick<RewrittenFile, 'file' | 'hash' | 'text' | 'module'>[];
  /** How many imports are deferred, and how many the transform leaves alone. */
  imports: number;
  refused: number;
}

const format: SourceFormat = { module: 'cjs', language: 'js' };
const notOwn = ['node_modules/**', '**/test/**', '**/tests/**', '**/benchmark{,s}/**', '**/example{,s}/**', '**/docs/**', '**/build/**', '**/*.config.js'];

/** Rewrites every CommonJS file of a package so that all it can put off, values excepted, loads when it is first used. */
export function deferAll(folder: string): DeferredPackage {
  const result: DeferredPackage = { files: [], imports: 0, refused: 0 };
  for (const name of globSync('**/*.{js,cjs}', { cwd: folder, exclude: notOwn }).sort()) {
    const file = join(folder, name);
    const source = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
    const cuts = (importsOf(source, format) ?? []).flatMap(({ specifier }) => (specifier === null ? [] : [{ specifier }]));
    const { edits, deferred, refused } = defer(source, cuts, { format, host: { ...commonJsHost(runtimeFile()), getters: true } });
    result.imports += deferred.length;
    result.refused += refused.length;
    if (deferred.length > 0) result.files.push({ file, hash: contentHash(source), text: applyEdits(source, edits, file).code, module: 'cjs' });
  }
  return result;
}
