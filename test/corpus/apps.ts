/** A published server that nobody here wrote. Its recipe is `apps/<name>/`; `run.sh` there starts it on PORT with NODE. */
export interface CorpusApp {
  name: string;
  format: 'cjs' | 'esm';
  /** The major versions of Node it runs on; the first is the one it is measured with. */
  nodes: [number, ...number[]];
  readinessPath: string;
  /** Listens on all interfaces, so it is only started where there is no interface but the loopback. */
  loopbackOnly?: true;
  /** Installed with `npm install`: its lock file lacks optional packages, which `npm ci` does not forgive. */
  incompleteLock?: true;
  /** What is published is a compiler's output. */
  compiled?: true;
  /** How many routes its framework lists at the least, so that an empty listing cannot agree with an empty answer. */
  routes: number;
}

export const apps: CorpusApp[] = [
  { name: 'netease', format: 'cjs', nodes: [24, 20, 22, 26], readinessPath: '/', routes: 377 },
  { name: 'turborepo-remote-cache', format: 'esm', compiled: true, nodes: [24, 20, 22, 26], readinessPath: '/', routes: 6 },
  { name: 'azurite', format: 'cjs', compiled: true, nodes: [24, 20, 22, 26], readinessPath: '/', routes: 1 },
  { name: 'langgraph', format: 'esm', compiled: true, nodes: [24, 20, 22, 26], readinessPath: '/ok', incompleteLock: true, routes: 50 },
  { name: 'wiki', format: 'esm', nodes: [24, 20, 22, 26], readinessPath: '/', routes: 25 },
  { name: 'signalk', format: 'cjs', compiled: true, nodes: [24, 20, 22, 26], readinessPath: '/', loopbackOnly: true, routes: 183 },
  { name: 'rsshub', format: 'cjs', nodes: [24, 20, 22, 26], readinessPath: '/', routes: 1380 },
  { name: 'homebridge-ui', format: 'cjs', compiled: true, nodes: [22, 20], readinessPath: '/', routes: 98 },
];

/** One CommonJS and one ESM app that start fast: enough to see whether anything works at all. */
export const smallApps: readonly string[] = ['netease', 'turborepo-remote-cache'];
