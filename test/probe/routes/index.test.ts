import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { exportedGetters } from '../../../src/probe/routes/exported.ts';
import { watchRoutes } from '../../../src/probe/routes/index.ts';
import { pathOfRegExp } from '../../../src/probe/routes/pattern.ts';
import { captureStack } from '../../../src/probe/routes/stack.ts';

test('only ES modules of the watched packages are rewritten', () => {
  const watch = watchRoutes();
  const source = 'export const Hono = 1;';
  assert.equal(watch.rewriteModule('file:///shop/app.js', source), source);
  assert.equal(watch.rewriteModule('file:///shop/node_modules/chalk/index.js', source), source);
  assert.equal(watch.rewriteModule('file:///shop/node_modules/hono/dist/x.js', "export * from './y.js';"), "export * from './y.js';");
  assert.match(watch.rewriteModule('file:///shop/node_modules/hono/dist/x.js', source), /^export const Hono = 1;\n;globalThis/);
});

test('a watcher that stumbles over a file is a problem to report, not an error for the app', () => {
  const watch = watchRoutes();
  const trap = { get exports(): unknown { throw new Error('do not touch'); } };
  watch.afterCommonJs('/shop/node_modules/express/lib/application.js', trap);
  watch.afterCommonJs('/shop/lib/application.js', trap);
  assert.deepEqual(watch.collect(), { routes: [], problems: ['express: do not touch'] });
});

test('exports are found as people and bundlers write them', () => {
  assert.equal(exportedGetters('export { a, b as c };'), '{ get "a"() { return a; }, get "c"() { return b; } }');
  assert.equal(exportedGetters('export{a as default}'), '{ get "default"() { return a; } }');
  assert.equal(exportedGetters('export default class Router extends Base {}'), '{ get "default"() { return Router; } }');
  assert.equal(exportedGetters('export async function serve() {}\nexport let port = 1'), '{ get "serve"() { return serve; }, get "port"() { return port; } }');
  assert.equal(exportedGetters("export { a } from './a.js';\nexport * from './b.js';\nexport default () => 1;"), '');
});

test('regular expressions become the narrowest pattern that takes what they take', () => {
  const patterns: [RegExp, string][] = [
    [/^\/$/, '/'],
    [/^\/users\/(\d+)\/?$/, '/users/:0'],
    [/^\/users\/(?<id>[^/]+)\/posts\/([a-z]+)$/, '/users/:id/posts/:1'],
    [/^\/pages\/([\w-]+)\.html$/, '/pages/*.html'],
    [/^\/commits\/(\w+)(?:\.\.(\w+))?$/, '/commits/*'],
    [/^\/(?:foo|bar)$/, '/*'],
    [/^\/api\/v\d+/, '/api/v*'],
    [/^\/api\/?(?=\/|$)/i, '/api'],
    [/^\/a$|^\/b$/, '/*'],
    [/fly$/, '/*'],
  ];
  assert.deepEqual(patterns.map(([pattern]) => pathOfRegExp(pattern)), patterns.map(([, path]) => path));
});

test('a stack has the caller first, and leaves how errors are printed as it was', () => {
  const prepare = (error: Error): string => error.message;
  const before = [Error.prepareStackTrace, Error.stackTraceLimit] as const;
  Error.prepareStackTrace = prepare;
  Error.stackTraceLimit = 3;
  try {
    assert.equal(captureStack()[0]?.file, import.meta.filename);
    assert.deepEqual([Error.prepareStackTrace, Error.stackTraceLimit], [prepare, 3]);
  } finally {
    [Error.prepareStackTrace, Error.stackTraceLimit] = before;
  }
});

test('a process watched from its start tells the places of ES and CommonJS routes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lwa-split-routes-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const require = createRequire(import.meta.url);
  const from = (file: string): string => JSON.stringify(new URL(`../../../src/probe/routes/${file}`, import.meta.url).href);
  writeFileSync(
    join(folder, 'preload.mjs'),
    `import Module from 'node:module';
     import { watchRoutes } from ${from('index.ts')};
     const watch = watchRoutes();
     const compile = Module.prototype._compile;
     Module.prototype._compile = function (code, file, ...rest) {
       const result = compile.call(this, code, file, ...rest);
       watch.afterCommonJs(file, this);
       return result;
     };
     Module.registerHooks({ load(url, context, next) {
       const loaded = next(url, context);
       return loaded.format === 'module' ? { ...loaded, source: watch.rewriteModule(url, String(loaded.source)) } : loaded;
     } });
     process.on('exit', () => console.log(JSON.stringify(watch.collect())));`,
  );
  writeFileSync(
    join(folder, 'app.mjs'),
    `import Router from ${JSON.stringify(new URL('index.mjs', `file://${require.resolve('@koa/router')}`).href)};
     import { createRequire } from 'node:module';
     const Koa = createRequire(import.meta.url)(${JSON.stringify(require.resolve('koa'))});
     const router = new Router();
     router.get('/users/:id', (ctx) => {
       ctx.body = 'ok';
     });
     new Koa().use(router.routes()).callback();`,
  );
  const child = spawnSync(process.execPath, ['--import', join(folder, 'preload.mjs'), join(folder, 'app.mjs')], { encoding: 'utf8' });
  const { routes, problems } = JSON.parse(child.stdout) as ReturnType<ReturnType<typeof watchRoutes>['collect']>;
  const [route] = routes;
  assert.deepEqual(problems, []);
  assert.deepEqual([routes.length, route?.method, route?.path, route?.handler?.line], [1, 'GET', '/users/:id', 5]);
  assert.equal(route?.registeredAt.at(-1)?.line, 5);
});
