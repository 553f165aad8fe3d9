import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, mkdirSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import type { RawUse } from '../../src/probe/coverage.ts';
import { ORDER_VARIABLE, type ProbeOrder, type ProbeRecord } from '../../src/probe/record.ts';
import { branchRanAt, ranAt } from '../../src/query/ran-at.ts';
import { builtFile } from '../../src/system/own-files.ts';
import { nodeBinary } from '../helpers/nodes.ts';

/** Starts `main` of some files under the evidence probe and lets it answer one request. */
async function evidenceOf(t: TestContext, node: string, main: string, files: Record<string, string>): Promise<{ effects: Record<string, string[]>; ran(file: string, text: string): string | null; branch(file: string, text: string): string | null }> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'lwa-split-effects-')));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  mkdirSync(join(folder, 'records'));
  const order: ProbeOrder = { folder: join(folder, 'records'), mode: 'evidence', modules: 'watch', hooksFile: builtFile('probe-hooks.cjs'), evidenceFile: builtFile('probe-evidence.cjs') };
  await promisify(execFile)(node, ['--require', builtFile('probe.cjs'), join(folder, main)], { env: { ...process.env, [ORDER_VARIABLE]: JSON.stringify(order) }, timeout: 20_000 });
  const record = readdirSync(join(folder, 'records')).find((name) => name.endsWith('.json'))!;
  const { evidence } = JSON.parse(readFileSync(join(folder, 'records', record), 'utf8')) as ProbeRecord;
  const useOf = (file: string): Pick<RawUse, 'functions' | 'blocks'> => evidence!.uses!.find((use) => use.file === join(folder, file)) ?? { functions: [], blocks: [] };
  const local = (text: string): string => text.replaceAll(`${folder}/`, '');
  return {
    effects: Object.fromEntries(Object.entries(evidence!.effects).map(([file, effects]) => [local(file), effects.map(({ kind, on }) => `${kind} ${local(on)}`).sort()])),
    ran: (file, text) => ranAt(useOf(file), files[file]!.indexOf(text)),
    branch: (file, text) => branchRanAt(useOf(file), files[file]!.indexOf(text)),
  };
}

const answerOnce = "const server = http.createServer((req, res) => res.end(answer())).listen(0, '127.0.0.1', () => { http.get({ port: server.address().port, host: '127.0.0.1', agent: false }, (res) => { res.resume(); res.on('end', () => setTimeout(() => process.exit(0), 100)) }) });";

for (const major of [20, 22, 24, 26]) {
  describe(`the evidence probe on Node ${major}`, () => {
    it('books a change of what everybody shares on its author only, though another module exports it', async (t) => {
      const { effects } = await evidenceOf(t, await nodeBinary(major), 'main.js', {
        'main.js': `const http = require('node:http'); require('./same.js'); require('./author.js'); require('./reader.js'); const answer = () => 'hello'; ${answerOnce}`,
        'same.js': 'module.exports = process',
        'author.js': 'process.cwd = () => "/"; exports.a = 1',
        'reader.js': "exports.cwd = require('./same.js').cwd",
      });
      assert.deepEqual([effects['author.js'], effects['reader.js'], effects['main.js']], [['process process.cwd'], undefined, undefined]);
    });

    it('books what CommonJS modules change on the one that changed it', async (t) => {
      const { effects } = await evidenceOf(t, await nodeBinary(major), 'main.js', {
        'main.js': `const http = require('node:http'); require('./outer.js'); require('./mends.js'); const answer = () => 'hello'; ${answerOnce}`,
        'mends.js': "const types = require('./types.json'); types.html = 'text/html'; require('./list.json').push('c')",
        'types.json': '{"html":"text/plain"}',
        'list.json': '["a","b"]',
        'outer.js': "const { inner } = require('./inner.js'); exports.a = inner; require('./clean.js'); require('./registry.js').plugins = ['a']; require('node:fs').readFile = () => {}",
        'inner.js': "exports.inner = 1; globalThis.innerState = {}; Array.prototype.innerAt = () => {}; process.env.INNER = '1'; process.on('SIGUSR2', () => {}); setInterval(() => {}, 10_000)",
        'clean.js': "class A {} A.prototype.x = 1; exports.A = A; exports.limit = Error.stackTraceLimit; Error.stackTraceLimit = exports.limit; process.env.PATH",
        'registry.js': 'exports.plugins = []',
      });
      assert.deepEqual(effects['mends.js'], ['other-module list.json 2', 'other-module types.json html']);
      assert.deepEqual(effects['outer.js'], ['other-module node:fs readFile', 'other-module registry.js plugins']);
      assert.deepEqual(effects['inner.js'], ['environment process.env.INNER', 'global globalThis.innerState', "listener process 'SIGUSR2'", 'prototype Array.prototype.innerAt', 'timer Timeout']);
      assert.deepEqual([effects['clean.js'], effects['registry.js']], [undefined, undefined]);
    });

    it('books what is new or replaced on its author only, whoever names it, after however many modules', async (t) => {
      const many = Object.fromEntries(Array.from({ length: 90 }, (_, i) => [`many/m${i}.js`, `exports.m = ${i}`]));
      const { effects } = await evidenceOf(t, await nodeBinary(major), 'main.js', {
        'main.js': `const http = require('node:http'); for (let i = 0; i < 90; i++) require('./many/m' + i + '.js'); require('./names.js'); require('./idle.js'); require('./replaces.js'); require('./computes.js'); const answer = () => 'hello'; ${answerOnce}`,
        ...many,
        'names.js': 'globalThis.newlyNamed = 1',
        'idle.js': 'exports.max = Math.max; exports.newlyNamed = globalThis.newlyComputed',
        'replaces.js': 'const { max } = Math; Math.max = (...all) => max(...all); Number.NaN',
        'computes.js': "globalThis['newly' + 'Computed'] = 1",
      });
      assert.deepEqual(effects['replaces.js']!.filter((one) => one.includes('Math')), ['global Math.max']);
      assert.deepEqual(['names.js', 'idle.js', 'many/m0.js'].map((file) => effects[file]?.filter((one) => /Math|newlyNamed/.test(one)) ?? []), [['global globalThis.newlyNamed'], [], []]);
      assert.deepEqual([effects['computes.js'], effects['idle.js'], effects['many/m0.js']], [['global globalThis.newlyComputed'], undefined, undefined]);
    });

    it('books a change of what hardly anybody changes on all that may have made it, and the next one on its author only', async (t) => {
      const many = Object.fromEntries(Array.from({ length: 90 }, (_, i) => [`many/m${i}.js`, `exports.m = ${i}`]));
      const { effects } = await evidenceOf(t, await nodeBinary(major), 'main.js', {
        'main.js': `const http = require('node:http'); require('./first.js'); for (let i = 0; i < 90; i++) require('./many/m' + i + '.js'); require('./dates.js'); require('./urls.js'); require('./idle.js'); const answer = () => 'hello'; ${answerOnce}`,
        ...many,
        'first.js': "Date.prototype.toMoon = () => 'moon'",
        'dates.js': "Date.prototype.toSun = () => 'sun'",
        'urls.js': "URL.canParseAll = () => true",
        'idle.js': 'exports.idle = 1',
      });
      const authors = (on: string): string[] => Object.keys(effects).filter((file) => effects[file]!.includes(on));
      assert.ok(authors('prototype Date.prototype.toMoon').includes('first.js') && !authors('prototype Date.prototype.toMoon').includes('many/m40.js'));
      assert.deepEqual(authors('prototype Date.prototype.toSun'), ['dates.js']);
      assert.ok(authors('global URL.canParseAll').includes('urls.js'));
    });

    it('books what ES modules change', async (t) => {
      const { effects } = await evidenceOf(t, await nodeBinary(major), 'main.mjs', {
        'main.mjs': `import http from 'node:http'; import './state.mjs'; import './clean.mjs'; const answer = () => 'hello'; ${answerOnce}`,
        'state.mjs': "await 1; globalThis.state = 1; JSON.rawest = () => {}",
        'clean.mjs': 'export const map = new Map(); map.set(1, 2)',
      });
      assert.deepEqual([effects['state.mjs'], effects['clean.mjs']], [['global JSON.rawest', 'global globalThis.state'], undefined]);
    });

    it('books on a module that waits for its server what it changed before that listened', async (t) => {
      const { effects } = await evidenceOf(t, await nodeBinary(major), 'main.mjs', {
        'main.mjs': `import http from 'node:http'; const { min } = Math; Math.min = (...all) => min(...all); globalThis.madeByMain = 1; const answer = () => 'hello'; ${answerOnce.replace('const server', 'export const server')} await new Promise((resume) => server.once('listening', resume)); export const done = true;`,
      });
      assert.deepEqual(effects['main.mjs']!.filter((one) => /Math|madeBy/.test(one)), ['global Math.min', 'global globalThis.madeByMain']);
    });

    it('tells the branches of a function that ran, each with when it did', async (t) => {
      const files = {
        'main.js': `const http = require('node:http'); const make = require('./make.js'); make(false); const answer = () => (make(true), 'hello'); ${answerOnce}`,
        'make.js': "module.exports = (late) => { if (late) { late = 'late'; } else { late = 'early'; } if (process.argv.includes('--sql')) { late = 'sql'; } return late; late = 'unreached'; };",
      };
      const { ran, branch } = await evidenceOf(t, await nodeBinary(major), 'main.js', files);
      const parts = ["'early'", "'late'", "'sql'", 'return', "'unreached'"];
      assert.deepEqual(parts.map((text) => branch('make.js', text)), ['starting', 'answering', 'never', 'starting', 'never']);
      assert.deepEqual(parts.map((text) => ran('make.js', text)), Array(5).fill('starting'));
    });

    it('tells functions that ran while starting, for the answer, and not at all', async (t) => {
      const files = {
        'main.js': `const http = require('node:http'); const parts = require('./parts.js'); parts.setUp('s'); const answer = () => parts.answer('a'); ${answerOnce}`,
        'parts.js': "exports.setUp = (x) => 'set ' + x; exports.answer = (x) => 'answered ' + x; exports.other = (x) => 'other ' + x; const top = 'top';",
      };
      const { ran } = await evidenceOf(t, await nodeBinary(major), 'main.js', files);
      assert.deepEqual(["'set '", "'answered '", "'other '", "'top'"].map((text) => ran('parts.js', text)), ['starting', 'answering', 'never', null]);
    });
  });
}
