// Preloaded by the builder into the processes of a start command: makes the build run in the place of the app's entry, whatever
// command starts that, and writes its code cache when it is asked for. Never part of a build.
import { existsSync, realpathSync, writeFileSync } from 'node:fs';
import Module from 'node:module';
import { dirname, join } from 'node:path';
import type { Script } from 'node:vm';
import { isMainThread } from 'node:worker_threads';
import { ESM, JSON_TEXT, KIND_BITS } from './format.ts';
import type { Pack } from './reader.ts';
import type { StandInOrder } from './stand-in-order.ts';
import { writeCache } from './write-cache.ts';

/** The boot loader looks for it there. */
const STAND_IN = Symbol.for('lwa-split.stand-in');
const LOOK_MS = 25;
const text = process.env['LWA_SPLIT_STAND_IN'];
const order = text === undefined ? null : (JSON.parse(text) as StandInOrder);

if (order !== null && isMainThread) {
  const { entry, server, cache } = order;
  const internals = Module as unknown as { _findPath(request: string, paths: unknown, isMain: boolean): string | false };
  const { _findPath } = internals;
  internals._findPath = function (request, paths, isMain) {
    const found = _findPath.call(this, request, paths, isMain);
    return isMain && found !== false && realpathSync(found) === entry ? server : found;
  };
  const move = movedPlaces(order);
  const standIn = cache === null ? { scripts: null, opened: (pack: Pack): boolean => (move(pack), true) } : cacheMaker(cache, move);
  Object.defineProperty(process, STAND_IN, { value: standIn });
}

/**
 * The app still works in its own folder, and may ask for modules by absolute paths from there (`import(join(process.cwd(), name))`).
 * Deployed, that folder is the output's: so such a path means the module's place there.
 */
function movedPlaces({ entry, server }: StandInOrder): (pack: Pack) => void {
  const internals = Module as unknown as { _resolveFilename(...args: unknown[]): string };
  const output = `${dirname(server)}/`;
  return (pack) => {
    const { entry: main } = pack.head;
    const id = `/${typeof main === 'number' ? pack.row(main)[0] : main.slice(1)}`;
    if (!entry.endsWith(id)) return;
    const base = entry.slice(0, 1 - id.length);
    const moved = (file: string): string => (typeof file === 'string' && file.startsWith(base) && !file.startsWith(output) ? pack.files + file.slice(base.length) : file);
    const { find } = pack;
    pack.find = (file) => find(moved(file));
    const { _resolveFilename } = internals;
    internals._resolveFilename = function (...args) {
      const found = _resolveFilename.apply(this, args);
      const there = moved(found);
      return there !== found && existsSync(there) ? there : found;
    };
  };
}

function cacheMaker({ folder, starts }: NonNullable<StandInOrder['cache']>, move: (pack: Pack) => void): object {
  const scripts = new Map<number, Script>();
  return {
    scripts,
    opened(pack: Pack, loadAll: () => void): boolean {
      move(pack);
      if (!starts) {
        finish(pack, folder, null);
        return false;
      }
      const timer = setInterval(() => {
        if (!existsSync(join(folder, 'collect'))) return;
        clearInterval(timer);
        const loaded = [...scripts.keys()];
        loadAll();
        // What loads in turns of the event loop gets its time.
        setTimeout(() => finish(pack, folder, loaded), 4 * LOOK_MS);
      }, LOOK_MS);
      timer.unref();
      return true;
    },
  };
}

function finish(pack: Pack, folder: string, loaded: number[] | null): void {
  const { head, scripts } = pack;
  const hot = head.rows.length;
  const before = new Set(scripts!.keys());
  for (let number = 0; number < hot; number++) if (!before.has(number)) compile(pack, number);
  const data = new Map<number, Buffer>();
  for (const [number, script] of scripts!) data.set(number, script.createCachedData());
  writeCache(join(folder, 'code-cache.bin'), data, { hot, count: hot + head.cold, stamp: head.stamp });
  // Ids, because another layout of the same pack has other numbers.
  writeFileSync(join(folder, 'loaded.json'), JSON.stringify({ atStart: loaded?.map((number) => pack.row(number)[0]) ?? null, entries: data.size }));
  writeFileSync(join(folder, 'done'), '');
}

function compile(pack: Pack, number: number): void {
  const kind = pack.row(number)[1] & KIND_BITS;
  if (kind === JSON_TEXT) return;
  try {
    pack.compile(number, kind === ESM ? `file://${pack.fileOf(number)}` : pack.fileOf(number));
  } catch {
    // A syntax error is the app's own, and comes up when it loads the module.
  }
}
