// Preloaded by the builder into the processes of a start command: makes the build run in the place of the app's entry, whatever
// command starts that, and writes what V8 knows of it when it is asked for. Never part of a build.
import { existsSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import Module from 'node:module';
import { dirname, join } from 'node:path';
import type { Script } from 'node:vm';
import { isMainThread } from 'node:worker_threads';
import { MAIN } from './children.ts';
import { ESM, JSON_TEXT, KIND_BITS } from './format.ts';
import type { Pack } from './reader.ts';
import type { PartHead, StandInOrder } from './stand-in-order.ts';

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
  const file = join(folder, `${Math.round(performance.timeOrigin)}-${process.pid}`);
  // What a start may need is compiled once, by the process that the others come from.
  const compilesAll = process.env[MAIN] === undefined;
  return {
    scripts,
    opened(pack: Pack, loadInTurns: (done: () => void) => void): boolean {
      move(pack);
      writeFileSync(`${file}.began`, '');
      let finished = false;
      const finish = (): void => {
        if (finished) return;
        finished = true;
        if (compilesAll) compileHot(pack);
        writePart(pack, file);
      };
      if (!starts) {
        finish();
        return false;
      }
      // A process may have done its work before it is asked.
      process.on('exit', finish);
      const timer = setInterval(() => {
        if (!existsSync(join(folder, 'collect'))) return;
        clearInterval(timer);
        // What loads in later turns of the event loop gets its time.
        loadInTurns(() => void setTimeout(finish, 4 * LOOK_MS));
      }, LOOK_MS);
      timer.unref();
      return true;
    },
  };
}

function compileHot(pack: Pack): void {
  const before = new Set(pack.scripts!.keys());
  for (const number of pack.head.rows.keys()) if (!before.has(number)) compile(pack, number);
}

function writePart(pack: Pack, file: string): void {
  const { head, scripts } = pack;
  const entries: number[] = [];
  const data: Buffer[] = [];
  for (const [number, script] of scripts!) {
    const content = script.createCachedData();
    entries.push(number, content.length);
    data.push(content);
  }
  const { version: node, arch, platform } = process;
  const hot = head.rows.length;
  const part: PartHead = { node, arch, platform, stamp: head.stamp, hot, count: hot + head.cold, entries };
  writeFileSync(`${file}.unfinished`, Buffer.concat([Buffer.from(`${JSON.stringify(part)}\n`), ...data]));
  renameSync(`${file}.unfinished`, `${file}.part`);
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
