import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { frameworks } from '../../../plugins/frameworks/index.ts';
import { readTexts } from '../../helpers/read-app.ts';
import { template } from '../../../plugins/frameworks/_template.ts';
import { cases } from './apps.ts';
import { forms } from './forms.ts';

describe('routes found in sources', () => {
  for (const { framework, name, files, routes, gap } of [...cases, ...forms]) {
    test(`${framework}: ${name}`, () => {
      const read = readTexts(files);
      assert.deepEqual(read.ids, routes);
      assert.deepEqual([...new Set(read.routes.map((route) => route.framework))], [framework]);
      const unread = read.findings.filter(({ code }) => code === 'route-unreadable');
      assert.equal(unread.length > 0, gap !== undefined, JSON.stringify(unread));
    });
  }

  test('the template finds the routes of its made-up package', () => {
    const shelf = `import shelf from 'shelf'; const books = shelf().get('/:id', () => {}); const app = shelf(); app.post('/order', () => {}).mount('/books', books); app.listen(1);`;
    assert.deepEqual(readTexts({ 'server.js': shelf }, [template]).ids, ['GET /books/:id', 'POST /order']);
  });

  test('every framework has a case, and says where its behavior is described', () => {
    for (const { name, docs, packages } of frameworks) {
      assert.ok(cases.some(({ framework }) => framework === name), name);
      assert.match(docs, /^https:\/\//);
      assert.ok(packages.length > 0);
    }
  });
});
