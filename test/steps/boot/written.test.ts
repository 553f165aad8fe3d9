import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writtenSpecifiers } from '../../../src/steps/boot/written.ts';

const main = `import { a } from '@/lib/a';\nimport b from './b';\nimport c from './c.ts';\nconst d = await import(\`./\${name}.ts\`);\n`;
const leadsTo: Record<string, string> = { '@/lib/a': '/app/src/lib/a.ts', './b': '/app/src/b.ts', './c.ts': '/app/src/c.ts' };
const written = writtenSpecifiers({ read: (file) => (file === '/app/src/main.ts' ? main : null), sourceOf: (specifier) => leadsTo[specifier] ?? null });
const edge = (to: string, specifier: string, from = '/app/src/main.ts'): string => written({ from, to, specifier, kind: 'import', late: false });

test('specifiers that a loader has changed are told as the text has them', () => {
  assert.equal(edge('/app/src/lib/a.ts', 'file:///app/src/lib/a.ts'), '@/lib/a');
  assert.equal(edge('/app/src/b.ts', './b.ts'), './b');
});

test('specifiers that are in the text, or computed there, stay as they were seen', () => {
  assert.equal(edge('/app/src/c.ts', './c.ts'), './c.ts');
  assert.equal(edge('/app/src/d.ts', './d.ts'), './d.ts');
  assert.equal(edge('/app/node_modules/x/b.js', './b.js', '/app/node_modules/x/a.js'), './b.js');
});
