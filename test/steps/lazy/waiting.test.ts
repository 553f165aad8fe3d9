import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { importsAlike } from '../../../src/steps/lazy/interop.ts';
import { seenHandlers, waitingFunctions } from '../../../src/steps/lazy/waiting.ts';
import type { Called } from '../../../src/syntax/callers.ts';
import { aGraph } from '../../helpers/a-graph.ts';

const aFunction = (given: Partial<Called> = {}): Called => ({ names: ['sales'], firstLine: 3, bodyLine: 3, promises: true, returns: 'unknown', ...given });
const waits = (texts: Record<string, string>, given: { handlers?: Record<string, string>; becomesAsync?: boolean } = {}) =>
  waitingFunctions({
    sources: () => Object.entries(texts).map(([id, text]) => ({ id, text, format: { module: 'esm', language: 'ts' } })),
    frameworkOf: (_, { names: [name] }) => given.handlers?.[name!] ?? null,
    becomesAsync: given.becomesAsync === true,
  })('service.ts');

const service = 'class Reports {\n  async sales() {}\n}';

describe('functions that may begin with a wait', () => {
  it('are handlers, and those that only such functions wait for', () => {
    const controller = 'class Controller {\n  async download() { return send(await this.reports.sales()); }\n}';
    assert.equal(waits({ 'service.ts': service, 'controller.ts': controller }, { handlers: { download: 'nest' } })(aFunction()), true);
    assert.equal(waits({ 'service.ts': service, 'controller.ts': controller })(aFunction()), false);
  });

  it('are none that someone calls without waiting, or that nobody is seen to call', () => {
    assert.equal(waits({ 'service.ts': service, 'a.ts': 'export function go() { r.sales(); }' }, { handlers: { go: 'koa' } })(aFunction()), false);
    assert.equal(waits({ 'service.ts': service })(aFunction()), false);
  });

  it('become async only where that is asked for, where nothing but the framework calls them, and where it takes a promise for the value', () => {
    const plain = aFunction({ promises: false });
    const asked = { handlers: { sales: 'express' }, becomesAsync: true };
    assert.equal(waits({}, asked)(plain), true);
    assert.equal(waits({}, { ...asked, becomesAsync: false })(plain), false);
    assert.equal(waits({ 'a.ts': 'sales();' }, asked)(plain), false);
    assert.deepEqual(['nest', 'fastify', 'koa'].map((framework) => waits({}, { handlers: { sales: framework }, becomesAsync: true })(plain)), [false, false, true]);
    assert.equal(waits({}, { handlers: { sales: 'nest' }, becomesAsync: true })(aFunction({ promises: false, returns: 'value' })), true);
  });

  it('of Express 4 are those that are async already: nobody would hear of an error in others', () => {
    const route = { framework: 'express', method: 'GET', path: '/', module: 'a.js', handler: { file: 'a.js', line: 3 }, registeredAt: [] };
    const express = (version: string) => {
      const graph = aGraph('a.js -> node_modules/express/index.js');
      return { ...graph, modules: graph.modules.map((module) => ({ ...module, version: module.package && version })) };
    };
    assert.deepEqual(['4.22.0', '5.1.0'].map((version) => seenHandlers(express(version), [route])('a.js', aFunction())), ['express 4', 'express']);
    assert.equal(seenHandlers(express('5.1.0'), [route])('a.js', aFunction({ firstLine: 4, bodyLine: 5 })), null);
    assert.deepEqual([true, false].map((promises) => waits({}, { handlers: { sales: 'express 4' }, becomesAsync: true })(aFunction({ promises }))), [true, false]);
  });
});

describe('await import() in what is compiled to CommonJS', () => {
  const alike = (clause: string, text: string, given: { module?: string; file?: string; kind?: string } = {}) =>
    importsAlike(
      { file: '/app/a.ts', text: `import ${clause} from 'x';\nexport const f = async () => [${/\w+/.exec(clause)![0]}];`, format: { module: 'cjs', language: 'ts', compiler: { module: given.module ?? 'nodenext' } } },
      { to: 'x', specifier: 'x', kind: 'require' },
      { kindOf: () => given.kind ?? 'cjs', fileOf: () => '/app/node_modules/x/index.js', textOf: () => text, importedFile: () => given.file ?? '/app/node_modules/x/index.js' },
    );

  it('gives the same where the compiler makes a require of it', () => {
    assert.equal(alike('{ y }', 'module.exports = make();', { module: 'CommonJS', file: '/other.mjs' }), true);
  });

  it('gives the same for the whole of a plain CommonJS file, and for names that Node finds in its text', () => {
    assert.equal(alike('x', 'module.exports = class {};'), true);
    assert.equal(alike('{ y }', 'exports.y = 1;'), true);
    assert.equal(alike('{ y }', 'Object.assign(exports, { y: 1 });'), false);
  });

  it('does not where the default is one of the exports, or import finds another file', () => {
    assert.equal(alike('x', 'exports.__esModule = true; exports.default = 1;'), false);
    assert.equal(alike('x', 'module.exports = 1;', { file: '/app/node_modules/x/index.mjs' }), false);
  });
});
