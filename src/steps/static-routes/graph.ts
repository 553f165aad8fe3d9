import type { ImportEdge, ModuleGraph, ModuleNode } from '../../model/graph.ts';
import type { Link } from '../../syntax/reader/modules.ts';
import { moduleRecord } from '../../syntax/module-record.ts';
import { requiredIn } from '../../syntax/requests.ts';
import type { ProjectFiles } from '../../system/project-files.ts';
import type { Resolved } from '../../system/resolve-module.ts';

export interface GraphInput {
  /** Absolute. */
  entry: string;
  /** Files that were read as the app's own, and what they load, computed names included. */
  own: readonly string[];
  links: readonly Link[];
  files: ProjectFiles;
  resolve(specifier: string, from: string, kind: 'import' | 'require'): Resolved | null;
  idOf(file: string): string;
  packageOf(file: string): { name: string | null; version: string | null };
  bytesOf(file: string): number;
}

interface Reached {
  file: string;
  importer: string | null;
}

/** The modules that a start can load, and who asks for them, from what their texts say: an upper bound, in reading order. */
export function staticGraph(input: GraphInput): ModuleGraph {
  const { entry, own, links, files, idOf } = input;
  const known = new Map<string, ModuleNode>();
  const edges = new Map<string, ImportEdge>();
  const byFile = new Map<string, Link[]>();
  for (const link of links) byFile.set(link.from, [...(byFile.get(link.from) ?? []), link]);
  const isOwn = new Set(own);
  const open: Reached[] = [{ file: entry, importer: null }];
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    const { file, importer } = next;
    const id = idOf(file);
    if (known.has(id)) continue;
    const builtin = file.startsWith('node:');
    const text = builtin || !/\.[cm]?[jt]sx?$/.test(file) ? null : files.read(file);
    const asks = text === null ? null : requestsIn(text, file);
    known.set(id, nodeOf(input, file, importer, builtin, asks?.isModule ?? false, known.size));
    const asked = isOwn.has(file) ? (byFile.get(file) ?? []).map(({ target, specifier, kind }) => ({ specifier, kind, file: target.file ?? target.name })) : resolvedFrom(input, file, asks);
    for (const { specifier, kind, file: to } of asked) {
      if (to !== entry && !to.startsWith('/') && !to.startsWith('node:')) continue;
      const edge: ImportEdge = { from: id, to: idOf(to), specifier, kind, whileLoading: true };
      if (edge.from !== edge.to && !edges.has(`${edge.from}\0${edge.to}`)) edges.set(`${edge.from}\0${edge.to}`, edge);
      open.push({ file: to, importer: id });
    }
  }
  const order = (a: ImportEdge, b: ImportEdge): number => compare(a.from, b.from) || compare(a.to, b.to);
  return { entry: idOf(entry), roots: [idOf(entry)], modules: [...known.values()], edges: [...edges.values()].sort(order) };
}

interface Asks {
  isModule: boolean;
  specifiers: string[];
}

/** What the text of a dependency asks for by literals. */
function requestsIn(text: string, file: string): Asks {
  const record = moduleRecord(text, file);
  return record?.isModule === true ? { isModule: true, specifiers: record.imports } : { isModule: false, specifiers: requiredIn(text) };
}

function resolvedFrom({ resolve }: GraphInput, file: string, asks: Asks | null): { specifier: string; kind: 'import' | 'require'; file: string }[] {
  const kind = asks?.isModule === true ? 'import' : 'require';
  return (asks?.specifiers ?? []).flatMap((specifier) => {
    const found = resolve(specifier, file, kind);
    return found === null ? [] : [{ specifier, kind, file: found.file ?? found.name } as const];
  });
}

function nodeOf({ idOf, packageOf, bytesOf }: GraphInput, file: string, importer: string | null, builtin: boolean, isModule: boolean, order: number): ModuleNode {
  const { name, version } = builtin ? { name: null, version: null } : packageOf(file);
  const kind = builtin ? 'builtin' : file.endsWith('.json') ? 'json' : file.endsWith('.node') ? 'native' : isModule ? 'esm' : 'cjs';
  return { id: idOf(file), kind, package: name, version, bytes: builtin ? 0 : bytesOf(file), order, importer, topLevelAwait: false };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

