/** A published package whose tarball holds its own test suite. Nobody here wrote either. */
export interface ForeignPackage {
  name: string;
  version: string;
  /** What it stands for. */
  kind: string;
  runner: 'node' | 'mocha';
  /** Globs of the suite's files, from the package's folder. */
  tests: string[];
  /** Shell command that makes what the suite needs and the tarball leaves out. */
  prepare?: string;
}

const keys = 'mkdir -p test/keys && openssl req -x509 -newkey rsa:2048 -nodes -keyout test/keys/ssl.key -out test/keys/ssl.cert -days 3650 -subj /CN=localhost';


export const packages: ForeignPackage[] = [
  { name: 'find-my-way', version: '9.10.1', kind: 'router', runner: 'node', tests: ['test/*.test.js'] },
  { name: 'avvio', version: '9.3.1', kind: 'plugin system', runner: 'node', tests: ['test/*.test.js'] },
  { name: 'pino', version: '10.4.0', kind: 'utility of many modules', runner: 'node', tests: ['test/*.test.js', 'test/transport/core.test.js', 'test/transport/pipeline.test.js'] },
  { name: 'needle', version: '3.5.0', kind: 'HTTP client', runner: 'mocha', tests: ['test/*_spec.js'], prepare: keys },
  { name: 'fastify', version: '5.12.8', kind: 'server framework', runner: 'node', tests: ['test/*.test.js', 'test/internals/*.test.js'] },
];
