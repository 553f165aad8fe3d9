// `server.cjs` of a build: takes the place of the app's entry, and runs its modules from the pack beside it.
import type { Script } from 'node:vm';
import { MAIN, mainAt, serveChildren } from './children.ts';
import { loader, patchCommonJs } from './commonjs.ts';
import { ASYNC, ESM, KIND_BITS, type Target } from './format.ts';
import { lateImports } from './late.ts';
import { moduleRunner, urlOf } from './modules.ts';
import { nativeSide } from './native.ts';
import { preloadsOf } from './preloads.ts';
import { openPack, type Pack } from './reader.ts';

/** The builder's, preloaded, when it starts a build in the place of the app; with a place for the scripts when it makes a code cache. */
interface StandIn {
  scripts: Map<number, Script> | null;
  /** Whether the app is to be started. */
  opened(pack: Pack, loadInTurns: (done: () => void) => void): boolean;
}
const standIn = (process as unknown as Record<symbol, StandIn | undefined>)[Symbol.for('lwa-split.stand-in')];

/** In a process that the app has started: its script, as an absolute path. */
const script = process.env[MAIN];
delete process.env[MAIN];
const pack = openPack(__dirname, standIn?.scripts ?? null);
const late = lateImports(pack);
const native = nativeSide(pack, __dirname, { give: (number) => runner.give(number), has: (number) => runner.has(number) });
const runner = moduleRunner(pack, native, late);
patchCommonJs(pack, { required: runner.required, context: runner.contextOf, outside: native.connect, hooked: native.hooked });

if (standIn === undefined || standIn.opened(pack, late.loadInTurns)) start();

function start(): void {
  const given = script === undefined ? null : mainAt(pack, script);
  const entry = (pack.main = given ?? pack.head.entry);
  const file = pathOf(entry);
  delete loader._cache[__filename];
  process.argv[1] = given === null ? file : script!;
  serveChildren(pack, __filename);
  late.watch();
  const waits = runPreloads(preloadsOf(pack, script !== undefined));
  if (waits === undefined) runMain(entry, file);
  // What the entry throws then is no rejection.
  else void waits.then(() => queueMicrotask(() => runMain(entry, file)));
}

/** One after the other, as Node does; a promise where one of them waits. */
function runPreloads(preloads: readonly Target[]): Promise<void> | undefined {
  for (const [i, preload] of preloads.entries()) {
    const file = pathOf(preload);
    if (!isModule(preload)) {
      loader._load(file, undefined, false);
      continue;
    }
    const given = native.hooked() ? native.import(file, urlOf(file), undefined) : runner.give(preload);
    if (given instanceof Promise) return given.then(() => runPreloads(preloads.slice(i + 1)));
  }
  return undefined;
}

function runMain(entry: Target, file: string): void {
  if (!isModule(entry)) {
    loader._load(file, null, true);
    return;
  }
  process.mainModule = undefined;
  let settled = (pack.row(entry)[1] & ASYNC) === 0;
  if (!settled) {
    process.on('exit', (code) => {
      if (settled || code !== 0) return;
      process.emitWarning(`Detected unsettled top-level await at ${urlOf(file)}`);
      process.exitCode = 13;
    });
  }
  // In a promise job, as Node runs an entry that is an ES module: what it queues there comes before the next tick.
  const running = Promise.resolve().then(() => (native.hooked() ? native.import(file, urlOf(file), undefined) : runner.give(entry)));
  const ended = (): void => void (settled = true);
  running.then(ended, (error: unknown) => {
    ended();
    // Left alone, the rejection ends the process as Node would end it; but for a listener this is one of many.
    if (process.listenerCount('unhandledRejection') === 0) throw error;
    process.nextTick(() => {
      throw error;
    });
  });
}

function isModule(target: Target): target is number {
  return typeof target === 'number' && (pack.row(target)[1] & KIND_BITS) === ESM;
}

function pathOf(target: Target): string {
  if (typeof target === 'number') return pack.fileOf(target);
  return target.startsWith('=') ? pack.files + target.slice(1) : target;
}
