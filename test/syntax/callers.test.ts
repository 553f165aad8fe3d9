import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { callersOf } from '../../src/syntax/callers.ts';
import { codemod } from '../../src/syntax/codemod.ts';
import { applyEdits } from '../../src/syntax/edits.ts';
import { languageOf } from '../../src/syntax/parse.ts';
import { readModule } from '../../src/syntax/scopes.ts';

const callers = (text: string, name = 'load', language: 'js' | 'ts' = 'ts') => {
  const { waiting, otherwise, called } = callersOf(readModule(text, { module: 'esm', language })!, name);
  return { by: waiting.map(({ names }) => names.join()), otherwise, called };
};

describe('who calls a name', () => {
  it('waits for it where it is awaited, or its promise handed on', () => {
    assert.deepEqual(callers('async function a() { const x = await this.s.load(); }\nconst b = () => load();\nclass C { c() { return this.load(); } }'), { by: ['a', 'b', 'c'], otherwise: false, called: true });
  });

  it('does not where it goes on meanwhile, or gives it to others', () => {
    for (const text of ['function a() { load(); }', 'async function a() { const p = load(); await p; }', 'await load();', 'app.get("/", load);', 's["load"]();', 'const all = { load };', 'async function a() { await Promise.all([load()]); }']) assert.equal(callers(text).otherwise, true, text);
  });

  it('is not the one who declares, imports, exports or types it', () => {
    assert.deepEqual(callers('import { load } from "./a.js";\nexport { load };\ninterface A { load(): void }\nclass B { async load() {} }\nconst c = { load: async () => {} };\nlet d: typeof load;'), { by: [], otherwise: false, called: false });
  });
});

function moved(file: string, text: string, mayWait = true): string {
  const { edits } = codemod(text, [{ specifier: 'x' }], { module: 'esm', language: languageOf(file) }, ({ names }) => mayWait && names[0] !== undefined);
  return applyEdits(text, edits, file).code;
}

describe('an import moved to where nobody sees a function begin later', () => {
  it('comes before all that the function does, but behind looking and leaving', () => {
    const input = `import { y } from 'x';\nexport async function run(a) {\n  const { b } = a;\n  if (!b) return null;\n  a.start();\n  return y(b);\n}\n`;
    const output = `export async function run(a) {\n  const { b } = a;\n  if (!b) return null;\n  const { y } = await import('x');\n  a.start();\n  return y(b);\n}\n`;
    assert.deepEqual([moved('a.js', input), moved('a.js', input, false), moved('a.js', output)], [output, input, output]);
  });

  it('comes before a first use that is nothing but a look', () => {
    assert.equal(moved('a.js', `import { y } from 'x';\nexport async function run(a) {\n  const b = y.z;\n  a.start(b);\n}\n`), `export async function run(a) {\n  const { y } = await import('x');\n  const b = y.z;\n  a.start(b);\n}\n`);
  });

  it('stays where the function listens to something before its first wait', () => {
    const text = `import { y } from 'x';\nexport async function run(a) {\n  a.on('data', () => y());\n  await a.end();\n}\n`;
    assert.equal(moved('a.js', text), text);
  });

  it('goes around callbacks, which cannot wait', () => {
    assert.equal(moved('a.js', `import { y } from 'x';\nexport async function run(a) {\n  a.each(function (b) {\n    y(b);\n  });\n}\n`), `export async function run(a) {\n  const { y } = await import('x');\n  a.each(function (b) {\n    y(b);\n  });\n}\n`);
  });

  it('makes a function async, with a promise of its type', () => {
    assert.equal(moved('a.ts', `import { y } from 'x';\nclass A {\n  @Get()\n  public run(@Query('a') a: string): string[] {\n    return y(a);\n  }\n}\n`), `class A {\n  @Get()\n  public async run(@Query('a') a: string): Promise<string[]> {\n    const { y } = await import('x');\n    return y(a);\n  }\n}\n`);
    assert.equal(moved('a.ts', `import { y } from 'x';\nconst get = (c) => c.json(y());\n`), `const get = async (c) => {\n  const { y } = await import('x');\n  return c.json(y());\n};\n`);
  });

  it('stays in what cannot be async', () => {
    for (const member of ['constructor() { y(); }', 'get a() { return y(); }', '*run() { y(); }', 'run(): Observable<string> { return y(); }']) {
      const text = `import { y } from 'x';\nclass A {\n  ${member}\n}\n`;
      assert.equal(moved('a.ts', text), text);
    }
  });
});
