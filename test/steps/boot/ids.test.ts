import assert from 'node:assert/strict';
import { test } from 'node:test';
import { moduleIds } from '../../../src/steps/boot/ids.ts';
import { anApp } from '../../helpers/booting.ts';
import { projectFiles } from '../../helpers/project-files.ts';

const version = (number: string): { version: string } => ({ version: number });

test('own files are named from the root of the app, workspace packages by their name', () => {
  const files = projectFiles({});
  const app = anApp({ start: 'node .', workspaces: [{ name: '@shop/data', folder: '../data' }, { name: 'shop', folder: '.' }] });
  const { idOf, fileOf } = moduleIds(app, '/repo/shop', [], files);
  assert.equal(idOf('/repo/shop/src/server.js'), 'src/server.js');
  assert.equal(idOf('/repo/data/lib/products.js'), '@shop/data/lib/products.js');
  assert.equal(idOf('/repo/elsewhere/x.js'), '../elsewhere/x.js');
  assert.equal(fileOf('@shop/data/lib/products.js'), '/repo/data/lib/products.js');
});

test("dependencies are named by package, wherever the package manager's store puts them", () => {
  const { idOf } = moduleIds(anApp({ start: 'node .' }), '/repo/shop', [], projectFiles({}));
  assert.equal(idOf('/repo/node_modules/express/lib/express.js'), 'node_modules/express/lib/express.js');
  assert.equal(idOf('/repo/node_modules/.pnpm/koa@3.0.0_x@1/node_modules/koa/lib/application.js'), 'node_modules/koa/lib/application.js');
  assert.equal(idOf('/repo/shop/node_modules/a/node_modules/@scope/b/index.js'), 'node_modules/@scope/b/index.js');
});

test('a package that is loaded in several versions has them in its ids, two copies of one version a number', () => {
  const files = projectFiles({
    'node_modules/qs/package.json': version('6.1.0'),
    'node_modules/a/node_modules/qs/package.json': version('5.0.0'),
    'node_modules/b/node_modules/qs/package.json': version('5.0.0'),
    'node_modules/ms/package.json': version('2.0.0'),
  });
  const at = (path: string): string => `${files.root}/node_modules/${path}`;
  const loaded = [at('qs/index.js'), at('a/node_modules/qs/index.js'), at('b/node_modules/qs/index.js'), at('ms/index.js')];
  const { idOf, packageOf } = moduleIds(anApp({ start: 'node .' }), files.root, loaded, files);
  assert.deepEqual(loaded.map(idOf), ['node_modules/qs@6.1.0/index.js', 'node_modules/qs@5.0.0/index.js', 'node_modules/qs@5.0.0+2/index.js', 'node_modules/ms/index.js']);
  assert.deepEqual(packageOf(loaded[1]!), { name: 'qs', version: '5.0.0' });
});

test('built-ins keep their name, and belong to no package', () => {
  const { idOf, packageOf } = moduleIds(anApp({ start: 'node .' }), '/repo', [], projectFiles({}));
  assert.equal(idOf('node:fs'), 'node:fs');
  assert.deepEqual(packageOf('node:fs'), { name: null, version: null });
});
