import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ImportEdge, ModuleGraph } from '../../src/model/graph.ts';
import type { ReachRoute } from '../../src/steps/reach/index.ts';

/** An Express-like app of any size in ES modules, as it lies on disk, with what a start of it would show. */
export interface GeneratedApp {
  graph: ModuleGraph;
  routes: ReachRoute[];
  imports: number;
}

/** How many imports a module of the app has on average: 6,000 in 1,200 files. */
const importsEach = 5;
/** Modules that each feature of the app consists of, besides the file with its routes. */
const featureSize = 20;

/**
 * Writes the app into a folder. It is cut into features; a feature's modules import each other and a few that all share, and
 * its routes use some of their functions. Nothing is random, so that each run measures the same.
 */
export function writeApp(folder: string, size: { modules: number; routes: number }): GeneratedApp {
  const texts = new Map<string, string>();
  const edges: ImportEdge[] = [];
  const routes: ReachRoute[] = [];
  const features = Math.max(1, Math.round(size.modules / (featureSize + 1)));
  const shared = Array.from({ length: 10 }, (_, i) => `shared/s${i}.js`);
  const put = (file: string, imports: readonly string[], lines: readonly string[]): void => {
    const asked = imports.map((to, i) => `import { run as f${i} } from '${relativeTo(file, to)}';`);
    texts.set(file, [...asked, ...lines, ''].join('\n'));
    for (const to of imports) edges.push({ from: file, to, specifier: relativeTo(file, to), kind: 'import', whileLoading: true });
  };
  shared.forEach((file, i) => put(file, shared.slice(i + 1, i + 3), moduleLines(Math.min(2, shared.length - i - 1))));
  for (let feature = 0; feature < features; feature++) {
    const own = Array.from({ length: featureSize }, (_, i) => `feature${feature}/m${i}.js`);
    own.forEach((file, i) => {
      const imports = [...own.slice(i + 1, i + 4), ...shared.filter((_, s) => (s + i) % 5 === 0)].slice(0, importsEach);
      put(file, imports, moduleLines(imports.length));
    });
    const count = Math.round(((feature + 1) * size.routes) / features) - Math.round((feature * size.routes) / features);
    const used = Array.from({ length: importsEach }, (_, i) => own[(i * 4) % featureSize]!);
    const file = `feature${feature}/routes.js`;
    put(file, used, [
      'export function register(app) {',
      ...Array.from({ length: count }, (_, r) => `  app.get('/f${feature}/r${r}/:id', async (req, res) => { res.json(await f${r % importsEach}(req.params.id)); });`),
      '}',
    ]);
    for (let r = 0; r < count; r++) {
      const line = used.length + 2 + r;
      routes.push({ id: `GET /f${feature}/r${r}/:id`, handlers: [], registeredAt: [{ module: file, line, column: 7 }] });
    }
  }
  const registers = Array.from({ length: features }, (_, feature) => `feature${feature}/routes.js`);
  texts.set('main.js', [...registers.map((to, i) => `import { register as r${i} } from './${to}';`), `import express from 'express';`, 'const app = express();', ...registers.map((_, i) => `r${i}(app);`), ''].join('\n'));
  for (const to of registers) edges.push({ from: 'main.js', to, specifier: `./${to}`, kind: 'import', whileLoading: true });
  for (const [file, text] of texts) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'generated', type: 'module' }));
  const modules = ['main.js', ...[...texts.keys()].filter((file) => file !== 'main.js')].map((id, order) => ({ id, kind: 'esm' as const, package: null, version: null, bytes: texts.get(id)!.length, order, importer: null, topLevelAwait: false }));
  return { graph: { entry: 'main.js', roots: ['main.js'], modules, edges }, routes, imports: edges.length };
}

/** A module as apps have them: a function or two, a class, an object, a constant. */
function moduleLines(imports: number): string[] {
  const calls = Array.from({ length: imports }, (_, i) => `f${i}(id)`).join(', ');
  return [
    'const limits = { rows: 100, wait: 2000 };',
    'export class Store {',
    '  constructor(rows) { this.rows = rows; }',
    '  find(id) { return this.rows.filter((row) => row.id === id).slice(0, limits.rows); }',
    '  save(row) { this.rows.push({ ...row, at: Date.now() }); return row; }',
    '}',
    'const store = new Store([]);',
    'export const helpers = { label: (row) => `${row.id}: ${row.name}`, key(row) { return row.id.toLowerCase(); } };',
    `export async function run(id) { const parts = await Promise.all([${calls}]); return [...parts, ...store.find(id)].map((row) => helpers.label(row)); }`,
    'export function unused(id) { return store.save({ id }); }',
  ];
}

function relativeTo(from: string, to: string): string {
  return dirname(from) === dirname(to) ? `./${to.slice(to.indexOf('/') + 1)}` : `../${to}`;
}
