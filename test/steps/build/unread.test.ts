import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readersIn, withoutUnread, type Readers } from '../../../src/steps/build/unread.ts';

const nobody: Readers = { types: false, maps: false };

function left(paths: string[], readers: Readers = nobody, loaded: string[] = []): string[] {
  const entries = paths.map((path) => ({ path, from: `/app/${path}`, size: 1, mtimeMs: 1, mode: 0o644 }));
  return withoutUnread(entries, new Set(loaded), readers).map(({ path }) => path);
}

describe('of the files in packages', () => {
  it('a build has none that only a compiler or an editor reads', () => {
    const paths = ['node_modules/a/index.d.ts', 'node_modules/a/index.d.mts', 'node_modules/@b/c/lib/x.d.cts.map', 'node_modules/a/tsconfig.tsbuildinfo', 'node_modules/a/index.js.flow', 'node_modules/a/index.js.map'];
    assert.deepEqual(left(paths), []);
  });

  it('it has all others, and all of the app itself', () => {
    const paths = ['node_modules/a/index.js', 'node_modules/a/README.md', 'node_modules/a/d.ts', 'node_modules/a/src/index.ts', 'node_modules/a/style.css.map', 'src/types.d.ts', 'dist/server.js.map'];
    assert.deepEqual(left(paths), paths);
  });

  it('it has types where a compiler is among the modules, and maps where stacks are told by them', () => {
    const paths = ['node_modules/a/index.d.ts', 'node_modules/a/index.js.map'];
    assert.deepEqual(left(paths, { types: true, maps: false }), ['node_modules/a/index.d.ts']);
    assert.deepEqual(left(paths, { types: false, maps: true }), ['node_modules/a/index.js.map']);
  });

  it('it has what was loaded, and what browsers may ask for beside a page', () => {
    assert.deepEqual(left(['node_modules/a/odd.d.ts'], nobody, ['node_modules/a/odd.d.ts']), ['node_modules/a/odd.d.ts']);
    const page = ['node_modules/ui/dist/index.html', 'node_modules/ui/dist/ui.js.map'];
    assert.deepEqual(left(page), page);
  });
});

it('who reads what is told by the modules and by how the app is started', () => {
  const modules = (...all: [string, string][]): { file: string; written: string }[] => all.map(([file, written]) => ({ file, written }));
  assert.deepEqual(readersIn(modules(['/app/main.js', '']), false), nobody);
  assert.deepEqual(readersIn(modules(['/app/main.js', '']), true), { types: false, maps: true });
  assert.deepEqual(readersIn(modules(['/app/node_modules/typescript/lib/typescript.js', '']), false), { types: true, maps: false });
  assert.deepEqual(readersIn(modules(['/app/node_modules/source-map-support/register.js', '']), false), { types: false, maps: true });
  assert.deepEqual(readersIn(modules(['/app/main.js', 'process.setSourceMapsEnabled(true);']), false), { types: false, maps: true });
});
