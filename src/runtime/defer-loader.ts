// Preloaded into Node processes: runs rewritten texts of modules in place of those on disk, which stay as they are. The folder
// with the texts and their plan.json is named by LWA_SPLIT_DEFERRED. It may stand next to other preloads, such as the probe.
import { readFileSync, writeSync } from 'node:fs';
import Module from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import type { DeferPlan, DeferPlanFile } from './defer-plan.ts';

const folder = process.env['LWA_SPLIT_DEFERRED'];
const files = new Map<string, DeferPlanFile>();

interface Compiler {
  _compile(this: unknown, content: string, filename: string, ...rest: unknown[]): unknown;
}
interface Loaded { format?: string | null | undefined; source?: string | ArrayBuffer | NodeJS.TypedArray | null | undefined }

if (folder !== undefined) {
  for (const one of (JSON.parse(readFileSync(join(folder, 'plan.json'), 'utf8')) as DeferPlan).files) files.set(one.file, one);
  const modules = [...files.values()].some(({ module }) => module === 'esm');
  patchCommonJs();
  // Hooks slow down every load: only where they are needed.
  if (modules && typeof Module.registerHooks === 'function') Module.registerHooks({ load: (url, context, nextLoad) => withText(url, nextLoad(url, context)) });
  else if (modules && isMainThread) Module.register(pathToFileURL(__filename).href);
}

/** The hook of a loader thread, on Node before 22.15. */
export async function load(url: string, context: unknown, nextLoad: (url: string, context: unknown) => Promise<Loaded>): Promise<Loaded> {
  const loaded = await nextLoad(url, context);
  // Given back with a source, CommonJS would run without Node's own loader.
  return loaded.format === 'commonjs' ? { ...loaded, source: null } : withText(url, loaded);
}

function patchCommonJs(): void {
  const { prototype } = Module as unknown as { prototype: Compiler };
  const { _compile } = prototype;
  prototype._compile = function (content, filename, ...rest) {
    const planned = files.get(filename);
    const text = planned === undefined || planned.module === 'esm' ? null : textFor(planned, content);
    return _compile.call(this, text ?? content, filename, ...rest);
  };
}

function withText<Result extends Loaded>(url: string, loaded: Result): Result {
  if (!url.startsWith('file:') || loaded.source == null) return loaded;
  const planned = files.get(fileURLToPath(url));
  if (planned === undefined || planned.module !== 'esm') return loaded;
  const content = typeof loaded.source === 'string' ? loaded.source : Buffer.from(loaded.source as Uint8Array).toString('utf8');
  const text = textFor(planned, content);
  return text === null ? loaded : { ...loaded, source: text };
}

/** What to run in place of a text; null where it is not the one that was rewritten. */
function textFor(planned: DeferPlanFile, content: string): string | null {
  const rewritten = (): string => readFileSync(join(folder!, planned.text), 'utf8');
  const plain = withoutMark(content);
  if (hashOf(plain) === planned.hash) return rewritten();
  // Hooks that were there before may have put something around the original.
  const original = withoutMark(readFileSync(planned.file, 'utf8'));
  const body = withoutFirstLine(original);
  const at = plain.indexOf(body);
  const known = hashOf(original) === planned.hash;
  if (known && at >= 0) return plain.slice(0, at) + withoutFirstLine(rewritten()) + plain.slice(at + body.length);
  // Node takes the types out once more.
  if (known && isWithoutTypes(plain, original)) return rewritten();
  if (process.env['LWA_SPLIT_LOG'] === '1') writeSync(2, `${JSON.stringify({ event: 'stale-rewrite', module: planned.file })}\n`);
  return null;
}

/** True for a text as Node hands it on that imports it: blanks and semicolons in place of types, and at its end where it comes from. */
function isWithoutTypes(text: string, typed: string): boolean {
  const end = text.lastIndexOf('\n\n//# sourceURL=');
  if (end !== typed.length) return false;
  for (let i = 0; i < end; i++) if (text[i] !== typed[i] && text[i] !== ' ' && text[i] !== ';') return false;
  return true;
}

let crypto: typeof import('node:crypto') | null = null;

function hashOf(text: string): string {
  // Loading it takes a while, and most processes of an app load nothing that was rewritten.
  crypto ??= require('node:crypto') as typeof import('node:crypto');
  return crypto.createHash('sha256').update(text).digest('hex').slice(0, 32);
}

function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

/** Without a `#!` line, which must stay the first of the whole. */
function withoutFirstLine(text: string): string {
  return text.startsWith('#!') ? text.slice(text.indexOf('\n') + 1) : text;
}
