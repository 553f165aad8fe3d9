import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { resolveOptions, type TypedOptions } from '../../src/cli/options.ts';
import type { Config } from '../../src/config/schema.ts';
import { projectFiles } from '../helpers/project-files.ts';

const server = { 'package.json': { name: 'shop' }, 'server.js': '' };

function resolved(typed: TypedOptions, { app, config, contents = {} }: { app?: string; config?: Config; contents?: Record<string, unknown> } = {}) {
  const files = projectFiles({ ...server, ...(config === undefined ? {} : { 'lwa-split.config.json': config }), ...contents });
  const readEnvFile = (path: string): Record<string, string> => ({ FROM: path, [path.split('/').at(-1)!]: '1' });
  return resolveOptions(app, typed, { cwd: files.root, files, importFile: () => Promise.reject(new Error('not asked for')), readEnvFile });
}

describe('what a command is told', () => {
  it('is complete without any option', async () => {
    const { app, ...rest } = await resolved({});
    assert.equal(app.start, 'node server.js');
    assert.deepEqual(JSON.parse(JSON.stringify(rest)), { root: '/home/me/shop', env: {}, runs: 'auto', timeoutMs: 30000 });
  });

  it('is the command line before the config', async () => {
    const config: Config = { start: 'node a.js', runs: 3, port: 1000, timeout: 5, memory: 512, before: 'true', readinessPath: '/c', node: './node' };
    const both = await resolved({ runs: '7', timeout: '1.5', start: 'node b.js', node: 'bin/node' }, { config });
    assert.deepEqual([both.runs, both.timeoutMs, both.start, both.app.start, both.node], [7, 1500, 'node b.js', 'node b.js', '/home/me/shop/bin/node']);
    assert.deepEqual([both.port, both.memoryMb, both.before, both.app.readinessPath], [1000, 512, 'true', '/c']);
  });

  it('takes a file that is named over the config\'s start command', async () => {
    const { app } = await resolved({}, { app: 'server.js', config: { start: 'node other.js' } });
    assert.equal(app.start, 'node server.js');
  });

  it('finds the app that the config names, from the config\'s folder', async () => {
    const { root, app } = await resolved({}, { config: { app: 'api' }, contents: { 'api/package.json': { name: 'api' }, 'api/index.js': '' } });
    assert.deepEqual([root, app.name], ['/home/me/shop/api', 'api']);
  });

  it('layers variables: files of the config, the config, typed files, typed variables', async () => {
    const { env } = await resolved(
      { env: ['C=typed=twice', 'E='], envFile: ['b.env'] },
      { config: { envFile: 'a.env', env: { FROM: 'config', A: 1, C: true } } },
    );
    assert.deepEqual(env, { FROM: '/home/me/shop/b.env', 'a.env': '1', A: '1', 'b.env': '1', C: 'typed=twice', E: '' });
  });
});
