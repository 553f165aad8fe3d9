// Preloaded by the builder into the processes of a start command: makes the build run in the place of the app's entry, whatever
// command starts that, and writes its code cache when it is asked for. Never part of a build.
import { existsSync, realpathSync, writeFileSync } from 'node:fs';
import Module from 'node:module';
import { join } from 'node:path';
import type { Script } from 'node:vm';
import { isMainThread } from 'node:worker_threads';
import { ESM, JSON_TEXT, KIND_BITS } from './format.ts';
import type { Pack } from './reader.ts';
import type { StandInOrder } from './stand-in-order.ts';
import { writeCache } from './write-cache.ts';

/** The boot loader looks for it there. */
const CACHE_MAKER = Symbol.for('lwa-split.cache-maker');
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
  if (cache !== null) offerPlace(cache);
}

function offerPlace({ folder, starts }: NonNullable<StandInOrder['cache']>): void {
  const scripts = new Map<number, Script>();
  const maker = {
    scripts,
    opened(pack: Pack, loadAll: () => void): boolean {
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
  Object.defineProperty(process, CACHE_MAKER, { value: maker });
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
