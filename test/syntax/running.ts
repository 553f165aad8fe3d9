import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { TestContext } from 'node:test';
import { transformSync } from 'esbuild';
import { defer, type Deferred } from '../../src/syntax/defer.ts';
import { applyEdits } from '../../src/syntax/edits.ts';
import { commonJsHost, moduleHost, type Host } from '../../src/syntax/hosts.ts';
import { languageOf } from '../../src/syntax/parse.ts';

const ownRuntime = join(import.meta.dirname, '../../src/runtime/index.ts');

/** What a small app did: the modules loaded by its entry, and what its `answer()` gave. */
export type Run = { loadedAtStart: string[]; answer: unknown; loaded: string[] };

export type Both = Deferred & { code: string; before: Run; after: Run };

/**
 * Writes an app twice, as it is and with the imports of its first file deferred, and runs both in this process. Every other file
 * notes when it is loaded. The first file exports `answer()`.
 */
export async function runBoth(t: TestContext, files: Record<string, string>, cuts: string[], options: { values?: boolean; host?: Partial<Host> } = {}): Promise<Both> {
  const [entry, source] = Object.entries(files)[0]!;
  const result = deferText(entry, source, cuts, options);
  const before = await running(t, files);
  const after = await running(t, { ...files, [entry]: result.code });
  return { ...result, before, after };
}

/** The text of a file with specifiers deferred, for Node to run as it is. */
export function deferText(file: string, source: string, cuts: string[], { values = false, host = {}, runtime = ownRuntime }: { values?: boolean; host?: Partial<Host>; runtime?: string } = {}): Deferred & { code: string } {
  const module = /\.m[jt]s$/.test(file) ? 'esm' : 'cjs';
  const standard = module === 'esm' ? moduleHost(isAbsolute(runtime) ? pathToFileURL(runtime).href : runtime) : commonJsHost(runtime);
  const result = defer(source, cuts.map((specifier) => ({ specifier })), { format: { module, language: languageOf(file) }, host: { ...standard, ...host }, values });
  return { ...result, code: applyEdits(source, result.edits, file).code };
}

/** Writes an app and runs it in this process. */
export async function running(t: TestContext, files: Record<string, string>): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'lwa-split-running-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const entry = Object.keys(files)[0]!;
  for (const [file, text] of Object.entries(files)) {
    const path = join(folder, file);
    mkdirSync(dirname(path), { recursive: true });
    const noted = file === entry || file.endsWith('.json') ? text : `globalThis.loads.push(${JSON.stringify(file)}); ${text}`;
    // Node strips types, but does not compile `import x = require('x')`.
    writeFileSync(path, file.endsWith('.cts') ? transformSync(noted, { loader: 'ts', format: 'cjs' }).code : noted);
  }
  const loads: string[] = [];
  Object.assign(globalThis, { loads });
  const path = join(folder, entry);
  const app = (/\.m[jt]s$/.test(entry) ? await import(pathToFileURL(path).href) : createRequire(path)(path)) as { answer(): unknown };
  const loadedAtStart = [...loads];
  const answer = await app.answer();
  return { loadedAtStart, answer, loaded: [...loads] };
}
