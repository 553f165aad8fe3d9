import { join } from 'node:path';
import type { App } from '../../src/model/app.ts';
import { boot, type Setup, type Started } from '../../src/steps/boot/index.ts';
import { repository } from './installed.ts';

export function fixture(name: string): string {
  return join(repository, 'test', 'fixtures', name);
}

export function anApp(given: Partial<App> & { start: string }): App {
  return {
    name: 'app',
    entry: null,
    framework: null,
    format: 'cjs',
    form: 'compiled',
    packageManager: 'npm',
    workspaceRoot: '.',
    workspaces: [],
    readinessPath: '/',
    ...given,
  };
}

/** Really starts a fixture app, once for evidence and `runs` (1) times for each kind of timing. */
export function bootFixture(name: string, start: string, given: Partial<Setup> = {}): Promise<Started> {
  return boot({ app: anApp({ start, ...given.app }), root: fixture(name), env: {}, runs: 1, timeoutMs: 20_000, ...given }, () => {});
}
