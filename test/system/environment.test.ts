import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appEnvironment, belongsToRun } from '../../src/system/environment.ts';

test('the app sees what we inherited, the analyze flag, its run, and what is given on top', () => {
  assert.deepEqual(appEnvironment({ inherited: { HOME: '/home/me', PORT: '1' }, given: { PORT: '2' }, runId: 'ab-1' }), {
    HOME: '/home/me',
    PORT: '2',
    LWA_SPLIT_ANALYZE: '1',
    npm_config_update_notifier: 'false',
    LWA_SPLIT_RUN: 'ab-1',
  });
});

test('the app does not see how our own tool was started', () => {
  const inherited = { npm_command: 'run-script', npm_lifecycle_event: 'demo', npm_package_name: 'lwa-split', INIT_CWD: '/tool', NODE_OPTIONS: '--import x', NODE_TEST_CONTEXT: 'child-v8', NODE_COMPILE_CACHE: '/c', LANG: 'C' };
  assert.deepEqual(appEnvironment({ inherited, given: {}, runId: 'ab-1' }), { LANG: 'C', LWA_SPLIT_ANALYZE: '1', npm_config_update_notifier: 'false', LWA_SPLIT_RUN: 'ab-1' });
});

test('npm settings of a plain shell stay, and NODE_OPTIONS can be given', () => {
  const environment = appEnvironment({ inherited: { npm_config_loglevel: 'warn' }, given: { NODE_OPTIONS: '--require ./x.cjs' }, runId: 'ab-1' });
  assert.equal(environment['npm_config_loglevel'], 'warn');
  assert.equal(environment['NODE_OPTIONS'], '--require ./x.cjs');
});

test('a chosen Node is first on PATH and stands in NODE', () => {
  const environment = appEnvironment({ inherited: { PATH: '/usr/bin' }, given: {}, runId: 'ab-1', node: { file: '/opt/node22', folder: '/links' } });
  assert.deepEqual([environment['PATH'], environment['NODE'], environment['npm_node_execpath']], ['/links:/usr/bin', '/opt/node22', '/opt/node22']);
});

test('a run inside a run carries both', () => {
  const value = appEnvironment({ inherited: { LWA_SPLIT_RUN: 'outer-3' }, given: {}, runId: 'inner-1' })['LWA_SPLIT_RUN']!;
  assert.deepEqual([belongsToRun(value, 'outer-3'), belongsToRun(value, 'inner-1'), belongsToRun(value, 'inner'), belongsToRun(value, 'inner-2'), belongsToRun(value, 'inn')], [true, true, true, false, false]);
});
