import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { buildSync } from 'esbuild';
import { nodeBinary } from '../helpers/nodes.ts';
import { deferText, runBoth, type Both } from './running.ts';

const tools = `
  exports.self = function () { return this === exports ? 'exports' : this === undefined ? 'nothing' : 'other'; };
  exports.Point = class Point { constructor(x) { this.x = x; } };
  exports.tag = (parts, ...values) => parts.join('_') + values.join('+');
  exports.count = 1;
  exports.up = () => (exports.count += 1);
  exports.deep = { er: { Point: exports.Point, list: [1, 2, 3] } };
  exports.maybe = undefined;`;

/** Runs both, and shows that they answer the same while the rewritten one loads the module only when asked. */
async function assertLater(t: TestContext, main: string, { file = 'main.cjs', cuts = ['./tools.cjs'], values = false, others = {} as Record<string, string> } = {}): Promise<Both> {
  const both = await runBoth(t, { [file]: main, 'tools.cjs': `'use strict';${tools}`, ...others }, cuts, { values });
  assert.deepEqual([both.refused, both.absent], [[], []]);
  assert.deepEqual(both.after.answer, both.before.answer);
  const targets = cuts.map((cut) => cut.replace('./', ''));
  assert.deepEqual([targets.filter((one) => both.before.loadedAtStart.includes(one)), targets.filter((one) => both.after.loadedAtStart.includes(one))], [targets, []]);
  assert.deepEqual(targets.filter((one) => !both.after.loaded.includes(one)), []);
  assert.equal(both.code.split('\n').length, main.split('\n').length);
  return both;
}

describe('a deferred require', () => {
  const forms: Record<string, string> = {
    'of the whole module': `const tools = require('./tools.cjs'); exports.answer = () => tools.deep.er.list;`,
    'in a list of declarators': `var a = 1, tools = require('./tools.cjs'), b = a + 1 // two\n  , c = [b, 3]; exports.answer = () => [a, tools.count, b, c];`,
    'with names picked': `const { count, deep: { er: { list } }, maybe = 'default', ...rest } = require('./tools.cjs'); exports.answer = () => [count, list, maybe, Object.keys(rest)];`,
    'of one member': `const Point = require('./tools.cjs').deep.er.Point; exports.answer = () => new Point(3).x;`,
    'without semicolons': `const tools = require('./tools.cjs')\nconst { count } = require('./tools.cjs')\n;[1].forEach(() => 0)\nexports.answer = () => [tools.count, count]`,
    'assigned to a variable declared before': `(function () { var tools, other; tools = require('./tools.cjs'); other = 2; exports.answer = () => [tools.count, other]; }).call(this);`,
    'in TypeScript': `import tools = require('./tools.cjs'); exports.answer = (n: number): number => tools.count;`,
    'with its type written': `const tools: { count: number } = require('./tools.cjs'); exports.answer = () => tools!.count as number;`,
  };
  for (const [name, main] of Object.entries(forms)) {
    it(name, async (t) => void (await assertLater(t, main, { file: name.includes('TypeScript') || name.includes('type') ? 'main.cts' : 'main.cjs' })));
  }

  const helpers: Record<string, string> = {
    'TypeScript default': `var __importDefault = (this && this.__importDefault) || function (mod) { return (mod && mod.__esModule) ? mod : { "default": mod }; };
      const tools_1 = __importDefault(require("./tools.cjs")); exports.answer = () => [tools_1.default.count, (0, tools_1.default.self)()];`,
    'TypeScript star': `const star = (m) => Object.assign({ default: m }, m); const __importStar = (m) => star(m);
      const tools = __importStar(require("./tools.cjs")); exports.answer = () => [tools.count, tools.default.count];`,
    'Babel with a variable of its own': `function _interopRequireDefault(e) { return e && e.__esModule ? e : { default: e }; }
      var _tools = _interopRequireDefault(require("./tools.cjs")); exports.answer = () => (0, _tools.default.tag)\`a\${1}b\`;`,
    'Rollup in two steps': `function _interopDefaultLegacy(e) { return e && typeof e === 'object' && 'default' in e ? e : { 'default': e }; }
      var tools = require('./tools.cjs'); var tools__default = /*#__PURE__*/_interopDefaultLegacy(tools); exports.answer = () => tools__default["default"].count;`,
    'a choice by hand': `const it = require('./tools.cjs'); const tools = it && it.__esModule ? it.default : it; const { list } = tools.deep.er; exports.answer = () => [tools.count, list];`,
    'a getter, as TypeScript exports again': `const tools_1 = require("./tools.cjs"); Object.defineProperty(exports, "count", { enumerable: true, get: function () { return tools_1.count; } }); exports.answer = () => exports.count;`,
  };
  for (const [name, main] of Object.entries(helpers)) {
    it(`through a helper: ${name}`, async (t) => {
      const { values } = await assertLater(t, main);
      assert.deepEqual(values, []);
    });
  }

  const references: Record<string, string> = {
    'calls, without and with an object': `[self(), tools.self(), tools['self'](), (0, tools.self)(), tools?.self?.(), self.call(tools)]`,
    'new, with members, arguments and none': `[new Point(1).x, new tools.Point(2).x, new tools.deep.er.Point(3).x, new (tools.Point)(4).x, typeof new tools['Point'], typeof new Point, (new Point).x]`,
    'new of what a call gives': `[new (pick(Point))(5).x, new (tools.deep.er.list.concat(Point).pop())(6).x]`,
    'tagged templates': '[tag`a${1}b`, tools.tag`c${2}d`, `${count}`]',
    'typeof, in, instanceof, void': `[typeof self, typeof count, 'count' in tools, new Point(1) instanceof Point, new tools.Point(1) instanceof Point, void tools, !tools]`,
    'shorthand properties and spreads': `[{ count, Point: 1, [count]: count }, { ...tools.deep.er, list: 0 }.list, [...tools.deep.er.list], Math.max(...tools.deep.er.list)]`,
    'default values of parameters and patterns': `[((n = count) => n)(), (({ n = count } = {}) => n)(), (([n = tools.count]) => n)([])]`,
    'names that hide it': `[((count) => count)(7), (() => { const count = 8; return count; })(), (() => { { let tools = 9; } return tools.count; })(), (function count() { return typeof count; })()]`,
    'hoisted variables that hide it': `(() => { if (false) { var tools = 1; } return typeof tools + count; })()`,
    'classes made in functions': `(() => { class Far extends Point { static own = count; constructor() { super(count); } } return [new Far().x, Far.own]; })()`,
    'assignments to members and delete': `(() => { tools.extra = 5; tools.deep.er.n = 1; tools.deep.er.n++; delete tools.gone; return [tools.extra, tools.deep.er.n, delete tools.extra]; })()`,
    'loops, labels, switches and sequences': `(() => { const out = []; for (const n of tools.deep.er.list) out.push(n); for (const k in tools.deep.er) out.push(k); switch (count) { case tools.count: out.push('same'); } return (out.push(1), count, out); })()`,
    'statements that start with it': `(() => { let n = 1\n    self()\n    tools.up()\n    n = count\n    ;[1].map(self)\n    return n })()`,
    'a value taken once by a pattern': `(() => { const before = [count, tools.count]; tools.up(); return [before, count, tools.count]; })()`,
    'async and generator functions': `[...(function* () { yield count; yield* tools.deep.er.list; })()]`,
    'object methods, getters and arguments': `({ get n() { return count; }, m() { return [this.n, tools.count, ...arguments]; } }).m(count)`,
    'optional chains': `[tools?.deep?.er?.list?.[0], tools.maybe?.deep.er, tools.maybe?.(), delete tools?.gone]`,
    'comparisons with itself': `[tools === tools, Point === tools.Point, self === tools.self]`,
  };
  for (const [name, expression] of Object.entries(references)) {
    it(`used in ${name}`, async (t) => {
      const main = `'use strict';\nconst tools = require('./tools.cjs');\nconst { self, Point, tag, count } = require('./tools.cjs');\nconst pick = (x) => x;\nexports.answer = () => (${expression});\n`;
      await assertLater(t, main);
    });
  }

  it('works before its line, where functions are called early in a cycle', async (t) => {
    const both = await runBoth(
      t,
      { 'main.cjs': `exports.early = early; const other = require('./other.cjs'); var tools = require('./tools.cjs'); function early() { return tools && tools.count; } exports.answer = () => [other.seen(), tools.count];`, 'tools.cjs': tools, 'other.cjs': `const main = require('./main.cjs'); exports.seen = () => main.early();` },
      ['./tools.cjs'],
    );
    assert.deepEqual([both.before.answer, both.after.answer, both.after.loadedAtStart], [[1, 1], [1, 1], ['other.cjs']]);
  });

  it('keeps directives, comments, a hashbang and carriage returns in place', () => {
    const source = `#!/usr/bin/env node\r\n// a license\r\n'use strict'\r\n/* about b */ const b = require('b') // why\r\n\r\nmodule.exports = () => b\r\n`;
    const { code } = deferText('main.cjs', source, ['b']);
    assert.deepEqual(
      code.split('\r\n').map((line) => line.replace(/var lazy\$ = require\(.*?\)\.lazy;/, '<runtime>')),
      [
        '#!/usr/bin/env node',
        '// a license',
        `'use strict'`,
        `/* about b */ <runtime> var lazy$0 = lazy$(lazy$0_, "b"); function lazy$b() { return (lazy$0 ??= lazy$(lazy$0_, "b"))(); } function lazy$0_() { const b = require('b'); return b; } // why`,
        '',
        'module.exports = () => lazy$b()',
        '',
      ],
    );
  });

  it('keeps a file strict that was, and sloppy that was not', async (t) => {
    await assertLater(t, `"use strict"; const { self } = require('./tools.cjs'); exports.answer = () => [(function () { return this === undefined; })(), self()];`);
    await assertLater(t, `const { self } = require('./tools.cjs'); exports.answer = () => [(function () { return this === globalThis; })(), self()];`);
  });

  it('finds names of its own in files that have taken the first ones', async (t) => {
    const { code } = await assertLater(t, `const lazy$ = 1, lazy2$x = 2; const tools = require('./tools.cjs'); exports.answer = () => [lazy$, lazy2$x, tools.count];`);
    assert.match(code, /function lazy3\$tools\(/);
  });

  it('works in one long line', async (t) => {
    await assertLater(t, `"use strict";var e=require("./tools.cjs"),{count:t}=e,n=1;${'n+=1;'.repeat(500)}exports.answer=()=>[e.count,t,n]`);
  });

  it('handles a file with a byte-order mark', async (t) => {
    await assertLater(t, `\uFEFFconst tools = require('./tools.cjs'); exports.answer = () => tools.count;`);
  });

  it('keeps errors, and tries again after one', async (t) => {
    const both = await runBoth(t, { 'main.cjs': `const bad = require('./bad.cjs'); exports.answer = () => [1, 2].map(() => { try { return bad.fine; } catch (error) { return error.message; } });`, 'bad.cjs': `if ((globalThis.tries = (globalThis.tries ?? 0) + 1) === 2) throw new Error('once'); exports.fine = true;` }, ['./bad.cjs']);
    assert.deepEqual(both.after.answer, ['once', true]);
  });

  it('is left alone by a second pass', () => {
    const once = deferText('main.cjs', `const a = require('a'); exports.f = () => a;`, ['a']);
    const twice = deferText('main.cjs', once.code, ['a']);
    assert.deepEqual([twice.code, twice.edits, twice.deferred, twice.absent], [once.code, [], [], ['a']]);
  });
});

describe('a deferred value', () => {
  it('is made when first used, once, with all it is made from', async (t) => {
    const main = `const { Point } = require('./tools.cjs'); const where = 5; const point = new Point(where); const pair = [point, point.x]; exports.answer = () => [pair[0] === point, pair[1], pair === pair, point === point];`;
    const { values } = await assertLater(t, main, { values: true });
    assert.deepEqual(values, [{ specifier: './tools.cjs', names: ['point', 'pair'] }]);
  });

  it('can be what the module gives when it is called at once', async (t) => {
    const { values } = await assertLater(t, `const made = require('./make.cjs')('key', { retries: 2 }); exports.answer = () => [made.key, made === made];`, { values: true, cuts: ['./make.cjs'], others: { 'make.cjs': 'module.exports = (key) => ({ key });' } });
    assert.deepEqual(values, [{ specifier: './make.cjs', names: ['made'] }]);
  });

  it('can be taken by a pattern that runs an iterator', async (t) => {
    await assertLater(t, `const { deep: { er: { list: [, second] } } } = require('./tools.cjs'); exports.answer = () => second;`, { values: true });
  });

  it('may be given functions that come back to it', async (t) => {
    await assertLater(t, `const tools = require('./tools.cjs'); const it = Object.assign(new tools.Point(() => it.y), { y: 4 }); exports.answer = () => it.x();`, { values: true });
  });

  it('is not deferred unless asked for', () => {
    const source = `const { S3 } = require('s3'); const s3 = new S3({}); exports.f = () => s3.send();`;
    assert.deepEqual(deferText('main.cjs', source, ['s3']).refused, [{ specifier: 's3', reason: 'VALUE_INITIALIZER' }]);
  });
});

describe('a deferred import', () => {
  const cases: Record<string, string> = {
    'of a default, names and a renamed name': `import all, { self, Point as P, count } from './tools.cjs'; export const answer = () => [all.count, self(), all.self(), new P(1).x, { count }];`,
    'of a namespace': `import * as tools from './tools.cjs'; export const answer = () => [tools.count, tools.default.count, tools.self === tools.default.self, new tools.Point(2).x, (({ count }) => count)({ ...tools.default })];`,
    'over several lines with comments': `import {\n  // the counter\n  count, /* and */\n  Point,\n} from './tools.cjs'; // done\nexport const answer = () => [count, typeof Point];`,
    'twice from one module': `import { count } from './tools.cjs'; import all from './tools.cjs'; export const answer = () => count === all.count;`,
    'that nothing uses': `import { count } from './tools.cjs'; import { up } from './tools.cjs'; export const answer = () => up();`,
  };
  for (const [name, main] of Object.entries(cases)) {
    it(name, async (t) => void (await assertLater(t, main, { file: 'main.mjs' })));
  }

  it('in TypeScript, with types that vanish', async (t) => {
    const main = `import { Point, type Shape, count } from './tools.cjs';\nimport type { Other } from './tools.cjs';\nexport const answer = (shape?: Shape, other?: Other, p?: Point): unknown => [new Point<number>(count).x satisfies number, (Point as never) === Point];`;
    await assertLater(t, main, { file: 'main.mts' });
  });

  it('reads exports of ES modules as they are now', async (t) => {
    const others = { 'live.mjs': `export let n = 1; export const up = () => { n += 1; }; export default function () { return this === undefined; }; export { n as 'an n' };` };
    const main = `import check, { n, up, "an n" as m } from './live.mjs'; import * as live from './live.mjs';\nexport const answer = () => { const seen = [n, m, live.n]; up(); return [...seen, n, m, live.n, live['an n'], check(), live.default()]; };`;
    await assertLater(t, main, { file: 'main.mjs', cuts: ['./live.mjs'], others });
  });

  it('is hoisted: functions that a cycle calls before the module runs find it', async (t) => {
    const files = { 'main.mjs': `import { seen } from './other.mjs'; import { count } from './tools.cjs'; export function early() { return count; } export const answer = () => [seen, count];`, 'other.mjs': `import { early } from './main.mjs'; export const seen = (() => { try { return early(); } catch (error) { return error.name; } })();`, 'tools.cjs': tools };
    const both = await runBoth(t, files, ['./tools.cjs']);
    assert.deepEqual(both.after.answer, [1, 1]);
  });

  it('is the very file that import would load, not a second copy of a package with two', async (t) => {
    const others = {
      'node_modules/dual/package.json': JSON.stringify({ name: 'dual', exports: { import: './esm.mjs', require: './cjs.cjs' } }),
      'node_modules/dual/esm.mjs': `export class Thing {} export const kind = 'esm';`,
      'node_modules/dual/cjs.cjs': `exports.Thing = class {}; exports.kind = 'cjs';`,
      'eager.mjs': `import { Thing } from 'dual'; export const thing = new Thing();`,
    };
    const main = `import { thing } from './eager.mjs'; import { Thing, kind } from 'dual'; import * as all from 'dual'; export const answer = () => [kind, thing instanceof Thing, new all.Thing() instanceof Thing];`;
    const both = await runBoth(t, { 'main.mjs': main, ...others }, ['dual']);
    assert.deepEqual([both.deferred, both.before.answer, both.after.answer], [['dual'], ['esm', true, true], ['esm', true, true]]);
  });

  it('gives built-in modules and packages of Node', async (t) => {
    const both = await runBoth(t, { 'main.mjs': `import { join } from 'node:path'; import * as url from 'url'; export const answer = () => [join('a', 'b'), typeof url.parse];` }, ['node:path', 'url']);
    assert.deepEqual([both.deferred, both.after.answer], [['node:path', 'url'], both.before.answer]);
  });

  it('leaves imports in place that the host cannot load', () => {
    const host = { namespace: () => null };
    assert.deepEqual(deferText('main.mjs', `import { a } from 'a'; export const f = () => a;`, ['a'], { host }).refused, [{ specifier: 'a', reason: 'CANNOT_REWRITE' }]);
  });

  it('can be exported again where the host has live exports', () => {
    const host = { exported: (name: string, expression: string) => `live(${JSON.stringify(name)}, () => ${expression});` };
    const { code } = deferText('main.mjs', `import { a, b } from 'x'; import c from 'c'; export { a, c as d, b }; export const f = () => a;`, ['x'], { host });
    assert.match(code, /import c from 'c'; export {\s+c as d,\s+} *; *live\("a", \(\) => lazy\$a\(\)\); *live\("b", \(\) => lazy\$b\(\)\); export const f = \(\) => lazy\$a\(\);$/);
  });

  it('may be an element in JSX', () => {
    const { code } = deferText('main.tsx', `import { Box } from './box'; const f = () => <Box><Box.Lid a={Box} /></Box>;`, ['./box'], { host: { namespace: () => 'load()' } });
    assert.match(code, /Object\.defineProperty\(lazy\$Box, "it", \{ get: lazy\$Box \}\);.* const f = \(\) => <lazy\$Box\.it><lazy\$Box\.it\.Lid a=\{lazy\$Box\(\)\} \/><\/lazy\$Box\.it>;$/);
  });
});

describe('rewritten code', () => {
  const files: Record<string, string> = {
    'main.cjs': `const { self, Point } = require('./tools.cjs'); console.log('start'); setImmediate(() => console.log(self(), new Point(1).x));`,
    'main.mjs': `import all, { self, Point } from './tools.cjs'; import { n } from './live.mjs'; console.log('start'); setImmediate(() => console.log(all.self(), self(), new Point(1).x, n));`,
    'main-exports.cjs': `module.exports = { tools: require('./tools.cjs') }; console.log('start'); setImmediate(() => console.log(module.exports.tools.self(), module.exports.tools === require('./tools.cjs')));`,
    'tools.cjs': `'use strict'; console.log('tools'); ${tools}`,
    'live.mjs': `console.log('live'); export const n = 1;`,
  };

  for (const major of [20, 22, 24, 26]) {
    it(`runs on Node ${major}`, async (t) => {
      const folder = mkdtempSync(join(tmpdir(), 'lwa-split-nodes-'));
      t.after(() => rmSync(folder, { recursive: true, force: true }));
      const entryPoints = [join(import.meta.dirname, '../../src/runtime/index.ts')];
      buildSync({ entryPoints, outfile: join(folder, 'runtime.cjs'), bundle: true, format: 'cjs', platform: 'node', target: 'node20' });
      for (const [file, text] of Object.entries(files)) {
        const { code } = file.startsWith('main') ? deferText(file, text, ['./tools.cjs', './live.mjs'], { runtime: './runtime.cjs', host: { getters: file.endsWith('.cjs') } }) : { code: text };
        writeFileSync(join(folder, file), code);
      }
      const node = await nodeBinary(major);
      const run = (file: string, env: Record<string, string> = {}) => execFileSync(node, ['--no-warnings', join(folder, file)], { encoding: 'utf8', env: { ...process.env, ...env } }).trim().split('\n');
      assert.deepEqual(run('main.cjs'), ['start', 'tools', 'nothing 1']);
      assert.deepEqual(run('main.mjs'), ['start', 'tools', 'live', 'exports nothing 1 1']);
      assert.deepEqual(run('main.cjs', { LWA_SPLIT_EAGER: '1' }), ['tools', 'start', 'nothing 1']);
      assert.deepEqual(run('main-exports.cjs'), ['start', 'tools', 'exports true']);
      assert.deepEqual(run('main-exports.cjs', { LWA_SPLIT_EAGER: '1' }), ['tools', 'start', 'exports true']);
      assert.deepEqual(run('main.mjs', { LWA_SPLIT_EAGER: '1' }), ['tools', 'live', 'start', 'exports nothing 1 1']);
    });
  }
});

describe('getters', () => {
  const host = { getters: true };

  it('take the place of exports that are made from a deferred module', async (t) => {
    const main = `"use strict";\nexports.b = exports.a = void 0;\nconst tools = require('./tools.cjs');\nexports.a = tools;\nexports.b =\n  tools.count;\nexports.c = require('./tools.cjs').deep;\nexports.answer = () => [exports.a === tools, exports.b, exports.c === exports.c, Object.keys(exports)];`;
    const both = await runBoth(t, { 'main.cjs': main, 'tools.cjs': tools }, ['./tools.cjs'], { host });
    assert.deepEqual([both.refused, both.before.answer, both.after.loadedAtStart], [[], both.after.answer, []]);
    assert.equal(both.code.split('\n').length, main.split('\n').length);
  });

  it('take the place of properties of what is exported, and can be replaced', async (t) => {
    const main = `const { count, up } = require('./tools.cjs'); module.exports = { count, again: up, 'it-s': require('./tools.cjs'), n: 1, answer() { const seen = [this.count, typeof this.again, this['it-s'].count, Object.keys(this)]; this.count = 9; this['it-s'] = 8; return [...seen, this.count, this['it-s']]; } };`;
    const both = await runBoth(t, { 'main.cjs': main, 'tools.cjs': tools }, ['./tools.cjs'], { host });
    assert.deepEqual([both.refused, both.after.answer, both.after.loadedAtStart], [[], both.before.answer, []]);
  });

  it('leave an export undefined whose module fails in a try without a handler', async (t) => {
    const main = `try { module.exports.tools = require('./tools.cjs');\n module.exports.broken = require('./broken.cjs'); } catch (e) { /* only in browsers */ }\nmodule.exports.answer = () => [module.exports.tools.count, module.exports.broken];`;
    const both = await runBoth(t, { 'main.cjs': main, 'tools.cjs': tools, 'broken.cjs': 'throw new Error();' }, ['./tools.cjs', './broken.cjs'], { host });
    assert.deepEqual([both.refused, both.after.answer, both.after.loadedAtStart], [[], both.before.answer, []]);
  });

  it('are not used where a handler may act on a failure, or where the export is read without its name', () => {
    for (const source of [`try { exports.a = require('x'); } catch { exports.a = {}; }`, `exports.a = require('x'); for (const key in exports) run(exports[key]);`, `exports.a = require('x'); Object.values(exports).map(run);`]) {
      assert.deepEqual(deferText('main.cjs', source, ['x'], { host }).refused, [{ specifier: 'x', reason: 'REEXPORT' }], source);
    }
  });

  it('are not used for exports that the module reads as it loads, or sets twice', () => {
    for (const source of [`exports.a = require('x'); exports.a.b = 1;`, `exports.a = require('x'); exports.a = 2;`, `exports.a = require('x'); run(exports.a);`]) {
      assert.deepEqual(deferText('main.cjs', source, ['x'], { host }).refused, [{ specifier: 'x', reason: 'REEXPORT' }], source);
    }
  });
});

describe('barrels', () => {
  it('of CommonJS load a module when one of its exports is read, where the host knows their names', async (t) => {
    const main = `"use strict";
var __exportStar = function (m, exports) { for (var p in m) if (p !== "default" && !Object.prototype.hasOwnProperty.call(exports, p)) { let k = p; Object.defineProperty(exports, k, { enumerable: true, get: () => m[k] }); } };
exports.count = void 0;
__exportStar(require("./tools.cjs"), exports);
__exportStar(require("./more.cjs"), exports);
exports.count = 5;
exports.answer = () => [exports.count, exports.more, exports.self === exports.self, Object.keys(exports).sort()];`;
    const names: Record<string, string[]> = { './tools.cjs': ['self', 'Point', 'tag', 'count', 'up', 'deep', 'maybe'], './more.cjs': ['more', 'self'] };
    const both = await runBoth(t, { 'main.cjs': main, 'tools.cjs': tools, 'more.cjs': 'exports.more = 1; exports.self = 2;' }, ['./tools.cjs', './more.cjs'], { host: { getters: true, exportNames: (specifier) => names[specifier] ?? null } });
    assert.deepEqual([both.refused, both.after.answer, both.after.loadedAtStart], [[], both.before.answer, []]);
  });

  it('of ES modules do so where the host has live exports', () => {
    const host = { exactNamespaces: true, namespace: () => 'load()', exported: (name: string, expression: string) => `live(${name}, ${expression});`, exportNames: () => ['c', 'd', 'default'] };
    const { code, refused } = deferText('main.mjs', `export { a, default as b } from 'x';\nexport * from 'y';\nexport const d = 1;\nexport * as e from 'z';`, ['x', 'y', 'z'], { host });
    assert.deepEqual(refused, []);
    assert.deepEqual(code.match(/live\(.*?\);/g), ['live(a, lazy$0all().a);', 'live(b, lazy$0all().default);', 'live(c, lazy$1all().c);', 'live(e, lazy$2all());']);
  });
});
