import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { transpile } from '../../src/syntax/transpile.ts';

describe('transpile', () => {
  it('compiles what types alone do not make up, for both kinds of modules', () => {
    const source = 'import { a } from "./a.js";\nexport enum Color { Red }\nexport class P { constructor(private x: number) { a(this.x); } }\nexport const load = () => import("b");';
    const esm = transpile(source, 'p.ts', 'esm')!.text;
    assert.match(esm, /^import \{ a \} from "\.\/a\.js";\nexport var Color;/);
    assert.match(esm, /import\("b"\)/);
    const cjs = transpile(source, 'p.ts', 'cjs')!.text;
    assert.match(cjs, /const a_js_1 = require\("\.\/a\.js"\);/);
    assert.match(cjs, /import\("b"\)/);
  });

  it('honors decorators of the tsconfig, with metadata', () => {
    const source = 'declare const Get: () => MethodDecorator; class S {} export class C { @Get() m(s: S) {} }';
    assert.match(transpile(source, 'c.ts', 'cjs', { experimentalDecorators: true, emitDecoratorMetadata: true })!.text, /__metadata\("design:paramtypes", \[S\]\)/);
  });

  it('compiles JSX, and says where a text is not valid', () => {
    assert.match(transpile('export const x = <p>hi</p>;', 'x.tsx', 'esm', { jsx: 'react' })!.text, /React\.createElement\("p", null, "hi"\)/);
    assert.equal(transpile('const = 1', 'x.ts', 'esm'), null);
  });
});
