// In a process of its own: the reach of one generated app, from its texts to the document. Prints milliseconds and megabytes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { keptReach } from '../../src/steps/reach/kept.ts';
import { diskFiles } from '../../src/system/project-files.ts';
import { moduleResolver } from '../../src/system/resolve-module.ts';
import type { GeneratedApp } from './reach-app.ts';

const folder = process.argv[2]!;
const { graph, routes } = JSON.parse(readFileSync(join(folder, 'app.json'), 'utf8')) as GeneratedApp;
const begun = performance.now();
const found = keptReach(folder, {
  graph: { ...graph, edges: [] },
  observed: [],
  own: () => true,
  routes,
  fileOf: (id) => join(folder, id),
  idOf: (file) => file.slice(folder.length + 1),
  files: diskFiles,
  resolve: moduleResolver(),
}, null);
const ms = performance.now() - begun;
const meanReach = found.routes.reduce((sum, { modules }) => sum + modules.length, 0) / Math.max(1, found.routes.length);
console.log(JSON.stringify({ ms, rssMb: (process.resourceUsage().maxRSS * 1024) / 1e6, meanReach }));
