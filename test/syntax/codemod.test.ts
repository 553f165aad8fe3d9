import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { codemod } from '../../src/syntax/codemod.ts';
import { applyEdits } from '../../src/syntax/edits.ts';
import { languageOf, type SourceFormat } from '../../src/syntax/parse.ts';
import { running } from './running.ts';

function changed(file: string, source: string, cuts: string[], compiler?: SourceFormat['compiler']): { code: string; refused: string[] } {
  const format: SourceFormat = { module: /\.m[jt]s$/.test(file) ? 'esm' : 'cjs', language: languageOf(file), ...(compiler ? { compiler } : {}) };
  const { edits, refused } = codemod(source, cuts.map((specifier) => ({ specifier })), format);
  return { code: applyEdits(source, edits, file).code, refused: refused.map(({ specifier, reason }) => `${specifier} ${reason}`) };
}

function assertChanges(file: string, input: string, output: string, cuts = ['x']): void {
  assert.deepEqual(changed(file, input, cuts), { code: output, refused: [] });
  // What is written is left alone from then on.
  assert.deepEqual(changed(file, output, cuts), { code: output, refused: [] });
}

describe('a moved require', () => {
  it('goes to the top of each function that uses it, with its comment and the names used there', () => {
    assertChanges(
      'a.js',
      `'use strict';

const express = require('express');
const { parse, format: print } = require('x'); // 40 ms

const app = express();

app.get('/parse', (req, res) => {
  const text = req.query.text;
  res.json(parse(text).map((one) => print(one)));
});

function other() {
  'use strict';
  // Prints.
  return print(1);
}
`,
      `'use strict';

const express = require('express');

const app = express();

app.get('/parse', (req, res) => {
  const { parse, format: print } = require('x'); // 40 ms
  const text = req.query.text;
  res.json(parse(text).map((one) => print(one)));
});

function other() {
  'use strict';
  // Prints.
  const { format: print } = require('x'); // 40 ms
  return print(1);
}
`,
    );
  });

  it('gives a function without a block one', () => {
    assertChanges('a.js', `const x = require('x')\n\nmodule.exports = {\n\trun: (n) => x.run(n),\n}\n`, `\nmodule.exports = {\n\trun: (n) => {\n\t\tconst x = require('x')\n\t\treturn x.run(n)\n\t},\n}\n`);
    assertChanges('a.js', `const x = require('x');\nexports.f = () => ({ a: x.b });\n`, `exports.f = () => {\n  const x = require('x');\n  return ({ a: x.b });\n};\n`);
  });

  it('fits minified files too', () => {
    assertChanges('a.js', `const x=require('x'),y=1;exports.f=()=>x(y);`, `const y=1;exports.f=()=> {\n  const x=require('x');\n  return x(y);\n};`);
  });

  it('leaves its place in a list of declarators', () => {
    assertChanges('a.js', `var a = require('a'),\n    x = require('x'),\n    y = require('y');\na(); function f() { return x + y; }\n`, `var a = require('a');\na(); function f() { var x = require('x'); var y = require('y'); return x + y; }\n`, ['x', 'y']);
    assertChanges('a.js', `var x = require('x'), a = 1;\nfunction f() {\n  return x + a;\n}\n`, `var a = 1;\nfunction f() {\n  var x = require('x');\n  return x + a;\n}\n`);
    assertChanges('a.js', `const x = require('x'), y = require('y');\nfunction f() {\n  return x + y;\n}\n`, `function f() {\n  const x = require('x');\n  const y = require('y');\n  return x + y;\n}\n`, ['x', 'y']);
  });

  it('is written once where functions are inside each other', () => {
    assertChanges('a.js', `const x = require('x');\nfunction f() {\n  x.a();\n  return function () {\n    return x.b();\n  };\n}\n`, `function f() {\n  const x = require('x');\n  x.a();\n  return function () {\n    return x.b();\n  };\n}\n`);
  });

  it('keeps carriage returns', () => {
    assertChanges('a.js', `const x = require('x');\r\nfunction f() {\r\n  return x;\r\n}\r\n`, `function f() {\r\n  const x = require('x');\r\n  return x;\r\n}\r\n`);
  });

  it('stays where moving it would mean something else', () => {
    const table: Record<string, string> = {
      [`const x = require('x'); x.start();`]: 'TOP_LEVEL_USE',
      [`const x = require('x'); (function f() { x(); })();`]: 'TOP_LEVEL_USE',
      [`const x = require('x'); module.exports = x;`]: 'REEXPORT',
      [`const { X } = require('x'); class A extends X {}`]: 'EXTENDS',
      [`let x = require('x'); function f() { x = 1; }`]: 'LIVE_BINDING_WRITTEN',
      [`const x = require('x'); function f(a = x.b) { return a; }`]: 'CANNOT_REWRITE',
      [`const x = require('x'); class A { b = x.c; }`]: 'CANNOT_REWRITE',
      [`const x = require('x'); function f() { return eval('x'); }`]: 'CANNOT_REWRITE',
      [`const x = require('x')(); function f() { return x; }`]: 'CANNOT_REWRITE',
      [`require('x');`]: 'SIDE_EFFECT_IMPORT',
      [`const x = require('x'); // lwa-split: eager\nfunction f() { return x; }`]: 'OPT_OUT',
    };
    for (const [source, reason] of Object.entries(table)) assert.deepEqual(changed('a.js', source, ['x']), { code: source, refused: [`x ${reason}`] });
  });

  it('answers as before', async (t) => {
    const source = `const x = require('./x.cjs'), { list } = require('./x.cjs');\nexports.answer = () => {\n  return [list.map((n) => x.add(n)), run(2), (() => x.add(5))()];\n};\nfunction run(n) { return x.add(n); }\n`;
    const { code } = changed('main.cjs', source, ['./x.cjs']);
    const files = { 'x.cjs': 'exports.list = [1, 2]; exports.add = (n) => n + 1;' };
    const before = await running(t, { 'main.cjs': source, ...files });
    const after = await running(t, { 'main.cjs': code, ...files });
    assert.deepEqual(before, { loadedAtStart: ['x.cjs'], answer: [[2, 3], 3, 6], loaded: ['x.cjs'] });
    assert.deepEqual(after, { loadedAtStart: [], answer: [[2, 3], 3, 6], loaded: ['x.cjs'] });
  });
});

describe('a moved import', () => {
  it('is awaited in async functions, right after a wait or with one', () => {
    assertChanges(
      'a.mjs',
      `import fastify from 'fastify';
import x, { a, b as c } from "x";
import * as y from 'y';

export const app = fastify();
app.get('/1', async (req) => {
  const user = await load(req);
  return a(user, c);
});
app.get('/2', async (req) => {
  const { id } = req.params;
  const found = await x.find(id);
  return found;
});
app.get('/3', async () => {
  return y.all();
});
`,
      `import fastify from 'fastify';

export const app = fastify();
app.get('/1', async (req) => {
  const user = await load(req);
  const { a, b: c } = await import("x");
  return a(user, c);
});
app.get('/2', async (req) => {
  const { id } = req.params;
  const { default: x } = await import("x");
  const found = await x.find(id);
  return found;
});
app.get('/3', async () => {
  const y = await import('y');
  return y.all();
});
`,
      ['x', 'y'],
    );
  });

  it('is awaited behind guards and inside try', () => {
    assertChanges(
      'a.mjs',
      `import { find } from 'x';
app.get('/', async (req, res) => {
  if (!req.user) return res.status(401).end();
  try {
    const all = await find(req.user);
    res.json(find(all));
  } catch (error) {
    res.status(500).end();
  }
});
`,
      `app.get('/', async (req, res) => {
  if (!req.user) return res.status(401).end();
  try {
    const { find } = await import('x');
    const all = await find(req.user);
    res.json(find(all));
  } catch (error) {
    res.status(500).end();
  }
});
`,
    );
  });

  it('leaves behind the types it names', () => {
    assertChanges(
      'a.mts',
      `import { Client, type Options, send } from 'x';\n\nexport async function run(options: Options): Promise<Client> {\n  return send(new Client(options));\n}\n`,
      `import type { Client, Options } from 'x';\n\nexport async function run(options: Options): Promise<Client> {\n  const { Client, send } = await import('x');\n  return send(new Client(options));\n}\n`,
    );
  });

  it('stays where another wait could be seen, or where nothing may wait', () => {
    for (const source of [
      `import { a } from 'x'; export function f() { return a(); }`,
      `import { a } from 'x'; export const f = async (req) => { listen(req); const b = await a(); };`,
      `import { a } from 'x'; export const f = async (req) => { a(); req.on('data', b); };`,
      `import { a } from 'x'; export const f = async (req) => { if (req) await b(); a(); };`,
      `import { a } from 'x'; export async function* f() { yield a(); }`,
      `import { a } from 'x'; export const f = async () => { return [1].map(() => { return a(); }); }; export const g = () => { return a; };`,
    ]) {
      assert.deepEqual(changed('a.mjs', source, ['x']), { code: source, refused: ['x CANNOT_REWRITE'] }, source);
    }
    assert.deepEqual(changed('a.mjs', `import 'x';`, ['x']).refused, ['x SIDE_EFFECT_IMPORT']);
    assert.deepEqual(changed('a.mjs', `export * from 'x';`, ['x']).refused, ['x REEXPORT']);
  });

  it('answers as before', async (t) => {
    const source = `import x, { list as all } from './x.cjs';\nimport * as y from './y.mjs';\nexport const answer = async () => {\n  const n = await 1;\n  return [all, x.list === all, y.default(n), y.up(), y.n];\n};\n`;
    const { code, refused } = changed('main.mjs', source, ['./x.cjs', './y.mjs']);
    const files = { 'x.cjs': 'exports.list = [1, 2];', 'y.mjs': 'export let n = 1; export const up = () => ++n; export default (n) => n + 1;' };
    const before = await running(t, { 'main.mjs': source, ...files });
    const after = await running(t, { 'main.mjs': code, ...files });
    assert.deepEqual([refused, after.answer, after.loadedAtStart], [[], before.answer, []]);
  });
});
