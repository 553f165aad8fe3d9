import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Started } from '../../../src/steps/boot/index.ts';
import { bootFixture } from '../../helpers/booting.ts';

const edges = ({ boot }: Started): string[] =>
  boot.evidence.graph.edges.map((edge) => `${edge.from} ${edge.kind}${edge.whileLoading ? '' : ' late'} ${edge.to}`);

test('the graph of an ES module app tells static imports, import() and what came after listening', async () => {
  const started = await bootFixture('boot/esm', 'node main.js');
  assert.deepEqual(edges(started), [
    'busy.cjs require data.json',
    'busy.cjs require node:os',
    'busy.js import work.js',
    'main.js dynamic-import late after-listening.js',
    'main.js import busy.cjs',
    'main.js import busy.js',
    'main.js dynamic-import late.js',
    'main.js import node:http',
    'main.js import waits.js',
    'main.js import work.js',
    'waits.js import work.js',
  ]);
  const { graph } = started.boot.evidence;
  assert.deepEqual(graph.roots, ['main.js']);
  assert.deepEqual(
    Object.fromEntries(graph.modules.map((module) => [module.id, module.kind])),
    {
      'main.js': 'esm', 'node:http': 'builtin', 'busy.js': 'esm', 'work.js': 'esm', 'busy.cjs': 'cjs', 'waits.js': 'esm',
      'data.json': 'json', 'node:os': 'builtin', 'late.js': 'esm', 'after-listening.js': 'esm',
    },
  );
});

test('the graph of a CommonJS app has every require, repeated ones too, and nothing that was only resolved', async () => {
  const started = await bootFixture('boot/cjs', 'node main.js');
  assert.deepEqual(edges(started), [
    'child.js require sibling.js',
    'heavy.js require child.js',
    'main.js require heavy.js',
    'main.js require node:http',
    'main.js require sibling.js',
  ]);
  assert.equal(started.boot.evidence.graph.modules.some((module) => module.id === 'only-resolved.js'), false);
  assert.equal(started.boot.evidence.graph.modules.find((module) => module.id === 'sibling.js')?.importer, 'child.js');
});

test('an app that changes its environment, starts children and loads a native add-on is not disturbed', async () => {
  const { boot } = await bootFixture('boot/env', 'node main.js', { env: { GIVEN: 'value' } });
  assert.equal(boot.evidence.failure, null);
  assert.deepEqual(boot.evidence.answered?.status, 200);
  const kinds = new Set(boot.evidence.graph.modules.map((module) => module.kind));
  assert.ok(kinds.has('native'), [...kinds].join());
});

test('a module that a tracer gives back without asking the loader again, or that has an alias, is an edge all the same', async () => {
  const started = await bootFixture('boot/hooked', 'node main.js');
  assert.equal(started.boot.evidence.graph.edges.find((edge) => edge.to === 'aliased.js')?.specifier, '@/aliased');
  assert.deepEqual(edges(started).filter((edge) => !edge.includes('node:')), [
    'first.js require shared.js',
    'main.js require alias.js',
    'main.js require aliased.js',
    'main.js require first.js',
    'main.js require hook.js',
    'main.js require second.js',
    'second.js require shared.js',
  ]);
});

test('specifiers that were computed as absolute are told from their importer', async () => {
  const started = await bootFixture('boot/computed', 'node main.js');
  const computed = started.boot.evidence.graph.edges.filter(({ to }) => to.startsWith('routes/'));
  assert.deepEqual(computed.map(({ specifier }) => specifier), ['./routes/imported.js', './routes/required.cjs']);
});

test('the conditions that packages are resolved by are told', async () => {
  const { boot } = await bootFixture('boot/computed', 'node -C custom --conditions=other main.js');
  assert.deepEqual(boot.evidence.conditions, ['custom', 'other']);
});
