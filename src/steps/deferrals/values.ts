import type { Observed } from '../../model/boot.ts';
import type { ImportEdge, ModuleGraph } from '../../model/graph.ts';
import { isPure } from '../../syntax/effects/known.ts';
import type { ImportText } from './obstacles.ts';

export interface ValuesInput {
  graph: ModuleGraph;
  textOf: (edge: ImportEdge) => ImportText | 'unread' | null;
  observed: readonly Observed[] | null;
  mentionsIn: (id: string, name: string) => readonly number[];
}

/** Built-ins that nobody can act on the world with. */
const idle = /^node:(?:path(?:\/\w+)?|util(?:\/types)?|events|url|querystring|string_decoder|punycode|buffer|assert(?:\/strict)?|constants|tty|os)$/;

const busy = ['fs', 'fs/promises', 'child_process', 'cluster', 'http', 'https', 'http2', 'net', 'tls', 'dgram', 'dns', 'dns/promises', 'worker_threads', 'inspector', 'readline', 'repl', 'vm', 'v8', 'async_hooks', 'diagnostics_channel', 'perf_hooks', 'timers', 'timers/promises', 'wasi', 'trace_events'];

/** Names of what keeps a timer, tells the time, asks for chance, reaches the disk, the network or the process; or may be such. */
const acting = [...busy, ...busy.map((name) => `node:${name}`), 'createRequire', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'nextTick', 'Date', 'performance', 'hrtime', 'random', 'fetch', 'WebSocket', 'XMLHttpRequest', 'Worker', 'process'];

/**
 * Whether the values that an importer makes of a module can be made later with nobody noticing. What makes them must be known to compute
 * only; or all code behind it goes too, has nothing to act on the world with, and was seen to change nothing as the importer loaded.
 */
export function harmlessValues({ graph, textOf, observed, mentionsIn }: ValuesInput): (edge: ImportEdge, gone: ReadonlySet<string>) => boolean {
  const modules = new Map(graph.modules.map((module) => [module.id, module]));
  const next = new Map<string, string[]>();
  for (const { from, to } of graph.edges) next.set(from, [...(next.get(from) ?? []), to]);
  const changed = new Set(observed?.filter(({ effects }) => effects.length > 0).map(({ id }) => id));
  const written = new Set(observed?.flatMap(({ effects }) => effects.filter(({ kind }) => kind === 'environment').map(({ on }) => on.slice('process.env.'.length))));
  const isPlain = (id: string): boolean => {
    const module = modules.get(id)!;
    if (module.kind === 'builtin') return idle.test(id);
    if (module.kind === 'json') return true;
    return (module.kind === 'cjs' || module.kind === 'esm') && acting.every((name) => mentionsIn(id, name).length === 0);
  };
  const isPlainBelow = (target: string, gone: ReadonlySet<string>): boolean => {
    const reach = new Set([target]);
    for (const id of reach) {
      const module = modules.get(id)!;
      if (module.package !== null && isPure(module.package, '')) continue;
      if (!isPlain(id) || (module.kind !== 'builtin' && module.kind !== 'json' && !gone.has(id))) return false;
      for (const to of next.get(id) ?? []) reach.add(to);
    }
    return true;
  };
  return (edge, gone) => {
    const text = textOf(edge);
    if (observed === null || text === null || text === 'unread' || text.calls === null) return false;
    if (changed.has(edge.from) || [...written].some((name) => mentionsIn(edge.from, name).length > 0)) return false;
    const name = modules.get(edge.to)?.package ?? null;
    const others = text.calls.filter((call) => call.includes(' '));
    if (!others.every((call) => isPure(...(call.split(' ') as [specifier: string, path: string])))) return false;
    if (name !== null && text.calls.every((call) => call.includes(' ') || isPure(name, call))) return true;
    return isPlainBelow(edge.to, gone);
  };
}
