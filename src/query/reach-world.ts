import { valuesUnder, type FileSummary, type Region, type Value } from '../model/summary.ts';
import { ReachKeys } from './reach-keys.ts';

/** One file, as reach sees it. Files are numbers: their index in the world. */
export interface ReachFile {
  id: string;
  /** Null for dependencies and what cannot be parsed: these are reached whole, with all that they ask for. */
  summary: FileSummary | null;
  kind: 'own' | 'dependency' | 'builtin';
  /** By request of the summary: the file it leads to, -1 where there is none. */
  targets: readonly number[];
  /** Of a file without a summary: what it asks for. Of one with: what it was seen to load by computed names. */
  loads: readonly number[];
  /** By request whose specifier is computed: files in the folder that it begins with. */
  folders?: ReadonlyMap<number, readonly number[]>;
  /** True when it is evaluated as the app starts. */
  atStart: boolean;
  /** Where the functions that ran at the start end in the text; null where nobody watched. */
  ranAtStart: ReadonlySet<number> | null;
  /** Its package makes servers or routers: whatever it is handed may run at any request. */
  framework: boolean;
}

/** All regions of all summaries by one number, with what a walk asks about them. */
export interface ReachWorld {
  files: readonly ReachFile[];
  keys: ReachKeys;
  /** Number of a file's first region. */
  base: Int32Array;
  /** By region: its file. */
  fileOf: Int32Array;
  region(global: number): Region;
  /** Regions that run, or may, with their parent. */
  inlineOf(global: number): readonly number[];
  /** Classes and objects that have a member of this name. */
  having(key: string): readonly number[];
  /** Classes that extend a class of the app, directly or not. */
  subclasses(global: number): readonly number[];
  /** Region of properties that are assigned to the variable a class or function is bound to. */
  containersOf(global: number): readonly number[];
  /** True where a value can only go back to code of the app. */
  isOfApp(file: number, value: Value): boolean;
  /** See `classesMeant`. */
  classesOf(file: number, value: Value): readonly number[];
}

export function reachWorld(files: readonly ReachFile[]): ReachWorld {
  const base = new Int32Array(files.length + 1);
  files.forEach(({ summary }, f) => (base[f + 1] = base[f]! + (summary?.regions.length ?? 0)));
  const fileOf = new Int32Array(base[files.length]!);
  const inline: number[][] = [];
  const byKey = new Map<string, number[]>();
  const containers = new Map<number, number[]>();
  files.forEach(({ summary }, f) => {
    if (summary === null) return;
    summary.regions.forEach((region, r) => {
      const global = base[f]! + r;
      fileOf[global] = f;
      if (region.inline) push(inline, base[f]! + region.parent, global);
      for (const key of Object.keys(region.members ?? {})) {
        const holders = byKey.get(key);
        if (holders === undefined) byKey.set(key, [global]);
        else holders.push(global);
      }
    });
    for (const { container, values } of summary.names) {
      if (container === undefined) continue;
      for (const { region, as } of values) if (region !== undefined && as === undefined) containers.set(base[f]! + region, [...(containers.get(base[f]! + region) ?? []), base[f]! + container]);
    }
  });
  const world: ReachWorld = {
    files,
    keys: new ReachKeys(files, base[files.length]!),
    base,
    fileOf,
    region: (global) => files[fileOf[global]!]!.summary!.regions[global - base[fileOf[global]!]!]!,
    inlineOf: (global) => inline[global] ?? [],
    having: (key) => byKey.get(key) ?? [],
    subclasses: (global) => below.get(global) ?? [],
    containersOf: (global) => containers.get(global) ?? [],
    isOfApp: remembered((file, value) => originsOf(world, file, value).every(({ kind }) => kind === 'region')),
    classesOf: remembered((file, value) => classesMeant(world, file, value)),
  };
  const below = subclassesIn(world);
  return world;
}

/** A value stands in one file, so that the answer for it is the same for every route. */
function remembered<Answer>(ask: (file: number, value: Value) => Answer): (file: number, value: Value) => Answer {
  const known = new WeakMap<Value, Answer>();
  return (file, value) => {
    let answer = known.get(value);
    if (answer === undefined) {
      answer = ask(file, value);
      known.set(value, answer);
    }
    return answer;
  };
}

function push(lists: number[][], at: number, value: number): void {
  const known = lists[at];
  if (known === undefined) lists[at] = [value];
  else known.push(value);
}

/** By class: those below it. */
function subclassesIn(world: ReachWorld): Map<number, number[]> {
  const direct = new Map<number, number[]>();
  world.fileOf.forEach((file, global) => {
    const region = world.region(global);
    if (region.kind !== 'class') return;
    for (const above of region.extends ?? []) for (const parent of classesMeant(world, file, above)) direct.set(parent, [...(direct.get(parent) ?? []), global]);
  });
  const all = new Map<number, number[]>();
  for (const parent of direct.keys()) {
    const found = new Set<number>();
    const todo = [...direct.get(parent)!];
    for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
      if (found.has(next)) continue;
      found.add(next);
      todo.push(...(direct.get(next) ?? []));
    }
    all.set(parent, [...found]);
  }
  return all;
}

/** Properties of properties are followed so deep. */
export const longestPath = 4;

/** Re-exports of re-exports are followed so far. */
const patience = 12;

/** The classes that a value is, through names, imports and exports again. */
export function classesMeant(world: ReachWorld, file: number, value: Value): number[] {
  return originsOf(world, file, value).flatMap((origin) => (origin.kind === 'region' && world.region(origin.global).kind === 'class' ? [origin.global] : []));
}

/** What a value goes back to: code of the app, a file without a summary, a global, or what nobody can tell. */
export type Origin = { kind: 'region'; global: number } | { kind: 'file'; file: number } | { kind: 'global' } | { kind: 'made'; of: Origin } | { kind: 'unknown' };

/** Where a value comes from, following names through files; properties of objects are followed where the text tells them. */
export function originsOf(world: ReachWorld, file: number, value: Value): Origin[] {
  const found = origins(world, file, value, new Set());
  return found.length > 0 ? found : [{ kind: 'unknown' }];
}

/** `seen` keeps `x = x.concat(y)` from being followed round and round. */
function origins(world: ReachWorld, file: number, value: Value, seen: Set<string>): Origin[] {
  if (value.as !== undefined) {
    const { as: _, rest: __, ...callee } = value;
    return origins(world, file, callee, seen).map((of) => (of.kind === 'unknown' || of.kind === 'made' ? of : { kind: 'made', of }));
  }
  const { summary } = world.files[file]!;
  if (summary === null) return [{ kind: 'unknown' }];
  const { name, request, region, self, path } = value;
  if (name === -1) return [{ kind: 'global' }];
  if (name !== undefined) {
    const key = `${file}:${name}.${path.join('.')}`;
    if (path.length > longestPath || seen.has(key)) return [];
    seen.add(key);
    const { imported, values, container } = summary.names[name]!;
    if (imported !== undefined) return originsOfExport(world, file, imported.request, [...(imported.member === '*' ? [] : [imported.member]), ...path], seen);
    const assigned = path.length > 0 && container !== undefined ? valuesUnder(summary.regions[container]!.members!, path[0]!) : [];
    return [
      ...assigned.flatMap((one) => origins(world, file, extended(one, path.slice(1)), seen)),
      ...values.flatMap((one) => (isCode(world, file, one) ? [] : origins(world, file, extended(one, path), seen))),
    ];
  }
  if (request !== undefined) return originsOfExport(world, file, request, path, seen);
  const at = region ?? self;
  if (at === undefined) return [{ kind: 'unknown' }];
  if (path.length === 0) return [{ kind: 'region', global: world.base[file]! + at }];
  const key = `${file}#${at}.${path.join('.')}`;
  if (path.length > longestPath || seen.has(key)) return [];
  seen.add(key);
  const members = valuesUnder(summary.regions[at]!.members ?? {}, path[0]!);
  if (members.length > 0) return members.flatMap((one) => (isCode(world, file, one) ? [] : origins(world, file, extended(one, path.slice(1)), seen)));
  return region !== undefined && summary.regions[at]!.kind !== 'value' ? [{ kind: 'region', global: world.base[file]! + at }] : [{ kind: 'unknown' }];
}

/** The files, and in them the values, that a property of a request's exports may be. */
export function exportsMeant(world: ReachWorld, target: number, path: readonly string[], left = patience): { file: number; value: Value }[] {
  const summary = world.files[target]?.summary;
  if (summary == null || left === 0) return [];
  const whole = valuesUnder(summary.exports, '=');
  const [key, ...rest] = path;
  if (key === undefined) return whole.map((value) => ({ file: target, value }));
  const named = valuesUnder(summary.exports, key);
  if (named.length > 0) return named.map((value) => ({ file: target, value: extended(value, rest) }));
  if (whole.length > 0) {
    // `default` of a CommonJS module is what it exports, unless a compiler put one there.
    const exported = whole.flatMap(({ name }) => (name === undefined ? [] : summary.names[name]!.container ?? []));
    const real = exported.some((container) => valuesUnder(summary.regions[container]!.members!, 'default').length > 0);
    return whole.map((value) => ({ file: target, value: extended(value, key === 'default' && !real ? rest : path) }));
  }
  return summary.stars.flatMap((star) => {
    const next = world.files[target]!.targets[star] ?? -1;
    if (next < 0) return [];
    return world.files[next]!.summary === null ? [{ file: target, value: { request: star, path: [...path] } }] : exportsMeant(world, next, path, left - 1);
  });
}

function originsOfExport(world: ReachWorld, file: number, request: number, path: readonly string[], seen: Set<string>): Origin[] {
  const target = world.files[file]!.targets[request] ?? -1;
  if (target < 0) return [{ kind: 'unknown' }];
  if (world.files[target]!.summary === null) return [{ kind: 'file', file: target }];
  return exportsMeant(world, target, path).flatMap((one) => origins(world, one.file, one.value, seen));
}

export function extended(value: Value, path: readonly string[]): Value {
  if (path.length === 0) return value;
  return value.as === undefined ? { ...value, path: [...value.path, ...path] } : { ...value, rest: [...(value.rest ?? []), ...path] };
}

/** True for the region that an initializer's code got: it runs, but it is not the value. */
export function isCode(world: ReachWorld, file: number, { region }: Value): boolean {
  return region !== undefined && world.files[file]!.summary!.regions[region]!.kind === 'value';
}

/** What was seen to run at the start, where somebody watched; else everything may have. */
export function ranAtStart(world: ReachWorld, global: number): boolean {
  const { ranAtStart: ends } = world.files[world.fileOf[global]!]!;
  const { kind, end } = world.region(global);
  return ends === null || kind !== 'function' || ends.has(end);
}
