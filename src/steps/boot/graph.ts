import { dirname, relative } from 'node:path';
import type { ImportEdge, ModuleGraph, ModuleNode } from '../../model/graph.ts';
import type { ProbeRecord, RawEdge } from '../../probe/record.ts';
import type { ModuleIds } from './ids.ts';

/**
 * The loaded graph of one start under the evidence probe; `bytesOf` gives a file's size, 0 when it is no file. `written` gives the
 * specifier as the importer's text has it, for one that a loader of the app has changed on its way.
 */
export function graphOf(record: ProbeRecord, ids: ModuleIds, bytesOf: (file: string) => number, written: (edge: RawEdge) => string): ModuleGraph {
  const modules = record.modules
    .toSorted((a, b) => a.startMs - b.startMs)
    .map((module, order): ModuleNode => {
      const { name, version } = ids.packageOf(module.file);
      return {
        id: ids.idOf(module.file),
        kind: module.kind,
        package: name,
        version,
        bytes: module.kind === 'builtin' ? 0 : bytesOf(module.file),
        order,
        importer: module.importer === null ? null : ids.idOf(module.importer),
        topLevelAwait: module.awaits,
      };
    });
  const known = new Set(modules.map((module) => module.id));
  const edges = (record.evidence?.edges ?? [])
    .map((edge): ImportEdge => ({ from: ids.idOf(edge.from), to: ids.idOf(edge.to), specifier: portable(written(edge), edge), kind: edge.kind, whileLoading: !edge.late }))
    .filter((edge) => known.has(edge.from) && known.has(edge.to) && edge.from !== edge.to);
  for (const module of modules) {
    if (module.importer !== null && !known.has(module.importer)) module.importer = null;
  }
  const asked = new Set(edges.map((edge) => edge.to));
  const entry = record.entry === null ? (modules[0]?.id ?? '') : ids.idOf(record.entry);
  // What nobody asked for was preloaded, or is loaded by means of its own (a plugin system that compiles by hand).
  const roots = modules.filter((module) => module.id !== entry && !asked.has(module.id)).map((module) => module.id);
  return {
    entry,
    roots: [entry, ...roots],
    modules,
    edges: edges.sort((a, b) => compare(a.from, b.from) || compare(a.to, b.to) || compare(a.specifier, b.specifier)),
  };
}

/** Computed specifiers may be absolute; documents hold no place on this machine. */
function portable(specifier: string, { from, to }: RawEdge): string {
  if (!/^(?:file:\/\/|\/)/.test(specifier) || !from.startsWith('/') || !to.startsWith('/')) return specifier;
  const path = relative(dirname(from), to);
  return path.startsWith('.') ? path : `./${path}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
