import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asCompiled } from '../src/committed.ts';
import { projectFiles } from './helpers/project-files.ts';

const source = "import { mail } from '@services/mail';\nexport const send = async () => mail();\n";
const map = { version: 3, sources: ['../src/auth.ts'], names: [], mappings: 'AAAA' };
const entries = [{ file: 'src/auth.ts', specifier: '@services/mail' }, { file: 'src/gone.ts', specifier: 'zod' }, { file: 'node_modules/a/index.js', specifier: 'b' }];

test('a committed entry for a source stands for what was compiled from it, which may spell the specifier otherwise', () => {
  const files = projectFiles({ 'src/auth.ts': source, 'dist/auth.js': 'const mail_1 = require("./services/mail");\n//# sourceMappingURL=auth.js.map', 'dist/auth.js.map': map, 'node_modules/a/index.js': '' });
  const ids = { idOf: (file: string) => file.slice(files.root.length + 1), fileOf: (id: string) => `${files.root}/${id}`, packageOf: () => ({ name: null, version: null }) };
  assert.deepEqual(asCompiled(entries, [files.root], ids, files), [{ file: 'dist/auth.js', specifier: './services/mail' }, ...entries.slice(1)]);
});
