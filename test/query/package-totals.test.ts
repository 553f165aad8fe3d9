import assert from 'node:assert/strict';
import test from 'node:test';
import { packageTotals } from '../../src/query/package-totals.ts';
import { aMeasuredModule } from '../helpers/an-analysis.ts';

test('own times are added up by package and version, built-ins and the app by themselves', () => {
  const modules = [
    aMeasuredModule({ id: 'src/app.js', selfMs: 2 }),
    aMeasuredModule({ id: 'src/b.js', selfMs: 3 }),
    aMeasuredModule({ id: 'node:fs', selfMs: 1 }),
    aMeasuredModule({ id: 'node_modules/qs@6/index.js', package: 'qs', version: '6.0.0', selfMs: 4 }),
    aMeasuredModule({ id: 'node_modules/qs@5/index.js', package: 'qs', version: '5.0.0', selfMs: 7 }),
  ];
  assert.deepEqual(packageTotals(modules, 'src/app.js'), [
    { package: 'qs', version: '5.0.0', modules: 1, selfMs: 7 },
    { package: null, version: null, modules: 2, selfMs: 5 },
    { package: 'qs', version: '6.0.0', modules: 1, selfMs: 4 },
    { package: 'node:', version: null, modules: 1, selfMs: 1 },
  ]);
});

test('an app installed from npm is the app', () => {
  const modules = [aMeasuredModule({ id: 'node_modules/server/bin.js' }), aMeasuredModule({ id: 'node_modules/qs/index.js' })];
  assert.deepEqual(packageTotals(modules, 'node_modules/server/bin.js').map((total) => total.package), [null, 'qs']);
});
