/** A published package whose tarball holds its own test suite, for `node --test`. Nobody here wrote either. */
export interface ForeignPackage {
  name: string;
  version: string;
  /** What it stands for. */
  kind: string;
  /** Globs of the suite's files, from the package's folder. */
  tests: string[];
}

export const packages: ForeignPackage[] = [
  { name: 'find-my-way', version: '9.10.1', kind: 'router', tests: ['test/*.test.js'] },
  { name: 'avvio', version: '9.3.1', kind: 'plugin system', tests: ['test/*.test.js'] },
  { name: 'pino', version: '10.4.0', kind: 'utility of many modules', tests: ['test/*.test.js', 'test/transport/core.test.js', 'test/transport/pipeline.test.js'] },
  { name: 'fastify', version: '5.12.8', kind: 'server framework', tests: ['test/*.test.js', 'test/internals/*.test.js'] },
];
