import { dirname, join } from 'node:path';
import type { ImportEdge, ModuleNode } from '../../../src/model/graph.ts';
import type { ReachedImport } from '../../../src/model/reach.ts';
import type { HandlerPlace } from '../../../src/model/routes.ts';
import { reach, type ReachRoute } from '../../../src/steps/reach/index.ts';
import { summaryOf } from '../../../src/syntax/summary.ts';
import type { ProjectFiles } from '../../../src/system/project-files.ts';

/** Ids that a route reaches on top of what every request does; `null` asks for the latter. The entry is left out. */
export interface AskedReach {
  (route: string | null): string[];
  unknown(route: string): HandlerPlace[];
  imports(route: string): ReachedImport[];
}

interface Seen {
  /** Loaded only after the server listened. */
  late?: string[];
  /** Not loaded at all. */
  absent?: string[];
  /** Loads by computed names that the start showed. */
  seen?: [from: string, to: string][];
}

const packages = ['express', '@nestjs/core', '@nestjs/common', 'pdfkit', 'csv', 'sharp', 'debug'];

/** The reach of an app given by its texts. Routes are its calls `app.get('/x', ...)`, and methods named `route_GET_x`. */
export function reachIn(texts: Record<string, string>, { late = [], absent = [], seen = [] }: Seen = {}): AskedReach {
  const all: Record<string, string> = { ...texts };
  for (const name of packages) all[`node_modules/${name}/index.js`] = 'module.exports = () => {};';
  const files: ProjectFiles = {
    read: (path) => all[path.slice(5)] ?? null,
    isFile: (path) => path.slice(5) in all,
    isFolder: (path) => Object.keys(all).some((id) => id.startsWith(`${path.slice(5)}/`)),
    list: (folder) => [...new Set(Object.keys(all).flatMap((id) => (id.startsWith(`${folder.slice(5)}/`) ? [id.slice(folder.length - 4).split('/')[0]!] : [])))],
  };
  const loaded = Object.keys(all).filter((id) => !absent.includes(id) && (!id.startsWith('node_modules/') || Object.values(texts).some((text) => text.includes(id.split('/').slice(1, -1).join('/')))));
  const edge = (from: string, to: string): ImportEdge => ({ from, to, specifier: `seen ${to}`, kind: 'require', whileLoading: !late.includes(to) });
  const entry = Object.keys(texts)[0]!;
  const edges = [...loaded.filter((id) => id !== entry).map((id) => edge(entry, id)), ...seen.map(([from, to]) => edge(from, to))];
  const found = reach({
    graph: { entry, roots: [entry], modules: loaded.map(node), edges: edges.filter(({ to }) => seen.some(([, one]) => one === to) || late.includes(to)) },
    observed: [],
    own: (id) => !id.startsWith('node_modules/'),
    routes: Object.entries(texts).flatMap(([id, text]) => routesIn(id, text)),
    fileOf: (id) => `/app/${id}`,
    idOf: (file) => file.slice(5),
    files,
    resolve: (specifier, from) => {
      const wanted = specifier.startsWith('.') ? join(dirname(from), specifier).slice(5) : `node_modules/${specifier}/index.js`;
      const id = [wanted, `${wanted}.js`].find((one) => one in all);
      return id === undefined ? null : { file: `/app/${id}`, name: specifier };
    },
    summarize: summaryOf,
  });
  const rowOf = (route: string | null) => (route === null ? found.common : found.routes.find(({ id }) => id === route)!);
  const ask = (route: string | null): string[] => rowOf(route).modules.map((at) => found.modules[at]!).filter((id) => id !== entry);
  return Object.assign(ask, { unknown: (route: string) => rowOf(route).unknown, imports: (route: string) => rowOf(route).imports.map((at) => found.imports[at]!) });
}

function node(id: string, order: number): ModuleNode {
  return { id, kind: 'cjs', package: /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(id)?.[1] ?? null, version: null, bytes: 1, order, importer: null, topLevelAwait: false };
}

function routesIn(module: string, text: string): ReachRoute[] {
  return text.split('\n').flatMap((line, i): ReachRoute[] => {
    const call = /app\.(get)\('([^']+)'/.exec(line);
    if (call !== null) return [{ id: `GET ${call[2]}`, handlers: [], registeredAt: [{ module, line: i + 1, column: call.index + 5 }] }];
    const method = /route_GET_(\w+)/.exec(line);
    return method === null ? [] : [{ id: `GET /${method[1]}`, handlers: [{ module, line: i + 1, column: method.index + method[0].length + 1 }], registeredAt: [] }];
  });
}
