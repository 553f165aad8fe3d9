import type { Use } from '../model/summary.ts';
import type { Attached, Handed, Manner, Reached, Walls } from './reach-reached.ts';
import { Walk } from './reach-walk.ts';
import { originsOf, type Origin, type ReachWorld } from './reach-world.ts';

/** What the start leaves behind for requests. */
export interface AfterStart {
  attached: Attached;
  /** What any request may reach: middleware, hooks, error handlers, the framework. */
  common: Reached;
}

/** Callbacks of these run at once, or once: nothing is registered by them. */
const passing = new Set(['map', 'forEach', 'filter', 'find', 'findIndex', 'findLast', 'some', 'every', 'reduce', 'reduceRight', 'flatMap', 'sort', 'toSorted', 'then', 'catch', 'finally', 'includes', 'indexOf', 'join', 'replace', 'split']);

/** Node's modules by which a server is made: what they are handed runs when requests come. */
const servers = /^node:(?:http|https|http2|net|tls|cluster|async_hooks|diagnostics_channel)$/;

/**
 * Follows the start, from the top level of every file that it evaluates, up to the routes: what it hands to frameworks, and
 * to what nobody can tell, may run at any request; what it hands to anything else is reached with that thing.
 */
export function afterStart(world: ReachWorld, walls: Walls, preloaded: readonly number[]): AfterStart {
  const start = new Walk(world, walls, null);
  world.files.forEach(({ summary, atStart }, file) => {
    if (summary !== null && atStart) start.enter(world.base[file]!);
  });
  const gifts = [...start.reached.regions].sort((a, b) => a - b).flatMap((global) => giftsOf(world, world.fileOf[global]!, world.region(global).uses));
  const attached = attachments(gifts);
  const walk = new Walk(world, walls, attached);
  for (const file of preloaded) walk.whole(file);
  world.files.forEach(({ summary, atStart, targets, kind }, file) => {
    if (kind === 'dependency' && world.files[file]!.framework && atStart) walk.whole(file);
    if (summary === null || !atStart) return;
    summary.imports.forEach(({ bare }, request) => {
      const target = targets[request] ?? -1;
      if (bare === true && target >= 0 && world.files[target]!.summary === null) walk.whole(target);
    });
  });
  for (const { to, given, manner } of gifts) if (to === null) walk.handed(given, manner);
  return { attached, common: walk.reached };
}

/** A value that the start handed on: to a thing that keeps it, or (null) to whoever asks. */
interface Gift {
  given: Handed;
  to: { name: number } | { file: number } | null;
  manner: Manner;
}

function giftsOf(world: ReachWorld, file: number, uses: readonly Use[]): Gift[] {
  return uses.flatMap((use): Gift[] => {
    if (use.how !== 'give') return [];
    const given = { file, value: use };
    const { to = null, stored = false } = use;
    if (to === null) return [{ given, to: null, manner: 'full' }];
    const called = (to.rest ?? to.path).at(-1) ?? '';
    const origins = originsOf(world, file, to).map(rootOf);
    const thing = origins.find((one) => one.kind === 'file') ?? origins.find((one) => one.kind === 'region') ?? origins[0]!;
    switch (thing.kind) {
      case 'global':
        return stored ? [{ given, to: null, manner: 'take' }] : [];
      case 'file': {
        const { framework, id } = world.files[thing.file]!;
        if (framework || servers.test(id)) return [{ given, to: null, manner: 'full' }, ...(stored ? [] : [{ given: { file, value: to }, to: null, manner: 'take' as const }])];
        if (passing.has(called)) return [];
        const holder = to.name === undefined || to.name < 0 ? null : holderOf(world, file, to.name);
        return [{ given, to: holder === null ? { file: thing.file } : { name: holder }, manner: 'full' }];
      }
      case 'region':
        return stored ? [] : [{ given, to: null, manner: 'take' }];
      default:
        return passing.has(called) && !stored ? [] : [{ given, to: null, manner: stored ? 'take' : 'full' }];
    }
  });
}

/** What an instance or a result was made by; what the app's own functions give can be anything. */
function rootOf(origin: Origin): Origin {
  if (origin.kind !== 'made') return origin;
  const { of } = origin;
  return of.kind === 'region' ? { kind: 'unknown' } : of;
}

/** The variable that holds a thing, in the file where it is made; null for what a package exports itself. */
function holderOf(world: ReachWorld, file: number, name: number): number | null {
  const { summary, targets } = world.files[file]!;
  const { imported } = summary!.names[name]!;
  if (imported === undefined) return world.keys.name(file, name);
  const target = targets[imported.request] ?? -1;
  const exported = world.files[target]?.summary;
  if (exported == null || imported.member === '*') return null;
  const [value] = Object.hasOwn(exported.exports, imported.member) ? exported.exports[imported.member]! : [];
  return value?.name === undefined || value.name < 0 || value.path.length > 0 ? null : holderOf(world, target, value.name);
}

function attachments(gifts: readonly Gift[]): Attached {
  const toName = new Map<number, Handed[]>();
  const toFile = new Map<number, Handed[]>();
  for (const { to, given } of gifts) {
    if (to === null) continue;
    if ('name' in to) toName.set(to.name, [...(toName.get(to.name) ?? []), given]);
    else toFile.set(to.file, [...(toFile.get(to.file) ?? []), given]);
  }
  return { toName, toFile };
}
