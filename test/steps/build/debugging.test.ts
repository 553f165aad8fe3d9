import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { generatedPositionFor, originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import ts from 'typescript';
import { freePort } from '../../../src/system/ports.ts';
import { debug, type Debugger, type Paused } from '../../helpers/debugging.ts';
import { temporaryFolder } from '../../helpers/installed.ts';
import { packApp, type PackedApp } from '../../helpers/packing.ts';

const written = `interface Order { total: number }

enum Currency { Euro = 'EUR' }
export const price = (order: Order): string => {
  const total = order.total * 2;
  return total + Currency.Euro;
};
`;
const compiled = ts.transpileModule(written, { fileName: 'price.ts', compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, sourceMap: true } });
const files = {
  'server.mjs': `import http from 'node:http';
import other, { greet } from './greet.mjs';
import legacy from './legacy.cjs';
import compiled from './dist/price.js';
import { stripped } from './stripped.ts';
const answers = { '/first': () => greet('you'), '/esm': () => other('you'), '/cjs': () => legacy.hello('you'), '/other': () => String(legacy.other()), '/ts': () => compiled.price({ total: 2 }), '/stripped': () => stripped(3) };
http.createServer((request, response) => response.end(answers[request.url]?.() ?? 'home')).listen(process.env.PORT, '127.0.0.1');
`,
  'greet.mjs': `export const unused = 1; export function greet(name) { const text = 'hello ' + name; return text; }
export default function other(name) {
  return greet(name);
}
`,
  'legacy.cjs': `const before = 1; exports.hello = function hello(name) { return 'hello ' + name; };
exports.other = () => {
  return before;
};
`,
  'stripped.ts': `interface Shape {
  sides: number;
}
export function stripped(sides: number): string {
  const shape: Shape = { sides };
  return String(shape.sides);
}
`,
  'src/price.ts': written,
  'dist/price.js': compiled.outputText,
  'dist/price.js.map': compiled.sourceMapText!.replace('"price.ts"', '"../src/price.ts"'),
};

describe('a build under a debugger', () => {
  const folder = realpathSync(temporaryFolder((clean) => after(clean)));
  let made: PackedApp;
  before(async () => {
    made = await packApp(folder, files, { node: process.execPath, sourcemap: 'linked' });
  });
  const fileOf = (path: string): string => join(made.outdir, 'files', path);
  const urlOf = (path: string): string => pathToFileURL(fileOf(path)).href;

  /** Starts the build, sets breakpoints before any of its code has run, and asks; where it stops, and what it answers. */
  async function stopped(path: string, line: number, request: string, column = 1): Promise<{ at: Paused; answer: string; debugged: Debugger }> {
    const port = await freePort();
    const child = spawn(process.execPath, ['--inspect-brk=127.0.0.1:0', made.server], { env: { PORT: String(port) }, stdio: ['ignore', 'ignore', 'pipe'] });
    const closed = new Promise((done) => child.once('close', done));
    const debugged = await debug(child);
    try {
      await debugged.breakOn(urlOf(path), line, column);
      await debugged.begin();
      await debugged.paused();
      const answering = asked(port, request);
      const at = await debugged.paused();
      return { at, answer: await answering, debugged };
    } finally {
      debugged.close();
      child.kill('SIGKILL');
      await closed;
    }
  }

  it('stops in an ES module, in the function of that name, also on its first line', async () => {
    const { at, answer } = await stopped('greet.mjs', 3, '/esm');
    assert.deepEqual({ ...at, answer }, { url: urlOf('greet.mjs'), functionName: 'other', line: 3, column: 3, answer: 'hello you' });
    const first = await stopped('greet.mjs', 1, '/first', files['greet.mjs'].indexOf('const text') + 1);
    assert.deepEqual([first.at.url, first.at.functionName, first.at.line, first.answer], [urlOf('greet.mjs'), 'greet', 1, 'hello you']);
  });

  it('stops in CommonJS, also on its first line, at the columns that its author knows', async () => {
    const column = files['legacy.cjs'].indexOf("return 'hello") + 1;
    const { at, answer } = await stopped('legacy.cjs', 1, '/cjs', column);
    assert.deepEqual({ ...at, answer }, { url: urlOf('legacy.cjs'), functionName: 'hello', line: 1, column, answer: 'hello you' });
    assert.deepEqual((await stopped('legacy.cjs', 3, '/other')).at, { url: urlOf('legacy.cjs'), functionName: 'exports.other', line: 3, column: 3 });
  });

  it('stops in TypeScript that Node runs as it is', async () => {
    const { at, answer } = await stopped('stripped.ts', 6, '/stripped');
    assert.deepEqual([at.url, at.functionName, at.line, answer], [urlOf('stripped.ts'), 'stripped', 6, '3']);
  });

  it('stops in compiled TypeScript, and names the source map that leads back to the line', async () => {
    const map = new TraceMap(readFileSync(fileOf('dist/price.js.map'), 'utf8'), urlOf('dist/price.js.map'));
    const { line } = generatedPositionFor(map, { source: urlOf('src/price.ts'), line: 6, column: 2 });
    const { at, answer, debugged } = await stopped('dist/price.js', line!, '/ts');
    assert.deepEqual([at.functionName, answer, debugged.scripts.get(urlOf('dist/price.js'))], ['price', '4EUR', 'price.js.map']);
    const original = originalPositionFor(map, { line: at.line, column: at.column - 1 });
    assert.deepEqual([fileURLToPath(original.source!), original.line], [fileOf('src/price.ts'), 6]);
  });
});

/** Asks until somebody listens. */
async function asked(port: number, path: string): Promise<string> {
  for (let tries = 0; tries < 500; tries++) {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => null);
    if (answer !== null) return answer.text();
    await new Promise((done) => setTimeout(done, 20));
  }
  return 'nothing';
}
