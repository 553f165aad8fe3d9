import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readTexts } from '../../helpers/read-app.ts';

/** Findings about needs as `code line`, for an Express app whose first line is its set-up. */
function needs(body: string, setUp = ''): string[] {
  const read = readTexts({ 'server.js': `const app = require('express')(); ${setUp}\n${body}` });
  return read.findings.map(({ code, line }) => `${code} ${line}`).sort();
}

const handler = (text: string): string => `app.post('/x', async (req, res) => {\n${text}\n});`;

/** Code of the finding, what a handler does, and what must be set up for it. */
const shown: [code: string, text: string, setUp?: string][] = [
  ['route-streams', `res.setHeader('content-type', 'text/event-stream');`],
  ['route-streams', `file.pipe(res);`],
  ['route-streams', `return new ReadableStream({});`],
  ['route-streams', `streamText({ model }).pipeDataStreamToResponse(res);`, `const { streamText } = require('ai');`],
  ['route-streams', `res.write('half');`],
  ['reads-authorization', `check(req.headers.authorization);`],
  ['reads-authorization', `check(req.get('Authorization'));`],
  ['reads-authorization', `check(req.headers['authorization']);`],
  ['takes-body', `save(req.body);`],
  ['takes-uploads', `save(req.file);`],
  ['writes-files', `await fs.promises.writeFile('./data/x.json', '{}');`, `const fs = require('fs');`],
  ['writes-files', `fs.mkdirSync('/var/cache/x');`, `const fs = require('node:fs');`],
  ['io-bound', `res.json(await fetch('https://example.com'));`],
  ['io-bound', `res.json(await pool.query('select 1'));`, `const { Pool } = require('pg'); const pool = new Pool();`],
  ['cpu-bound', `await bcrypt.hash(text, 12);`, `const bcrypt = require('bcrypt');`],
  ['timers', `setInterval(() => poll(), 1000);`],
  ['work-after-response', `setImmediate(() => count());`],
  ['work-after-response', `mail.send('hello').catch(() => {});`],
  ['work-after-response', `res.on('finish', () => count());`],
  ['host-in-urls', `link('https://' + req.headers.host);`],
  ['host-in-urls', `link(req.hostname);`],
];

describe('what a route needs', () => {
  for (const [code, text, setUp] of shown) {
    test(`${code}: ${text}`, () => {
      assert.ok(needs(handler(text), setUp).includes(`${code} 3`), JSON.stringify(needs(handler(text), setUp)));
    });
  }

  const harmless = [`res.json({ ok: true });`, `zod.pipe(other);`, `fetchAll(items).then((all) => res.json(all));`, `await new Promise((resolve) => { setTimeout(resolve, 100); });`, `await fs.promises.writeFile('/tmp/x', '');`, `text = req.params.id;`];
  for (const text of harmless) {
    test(`nothing: ${text}`, () => {
      assert.deepEqual(needs(handler(text), `const fs = require('fs');`), []);
    });
  }

  test('is found in functions that the handler calls, over files', () => {
    const read = readTexts({
      'server.js': `const app = require('express')(); const { list } = require('./service'); app.get('/a', (req, res) => list(res));`,
      'service.js': `const axios = require('axios');\nexports.list = async (res) => {\n  res.json(await axios.get('https://example.com'));\n};`,
    });
    assert.deepEqual(read.findings.map(({ code, file, line }) => [code, file, line]), [['io-bound', 'service.js', 3]]);
    assert.equal(read.routes[0]!.needs.boundBy, 'io');
  });

  test('is found in the service that Nest injects by type', () => {
    const read = readTexts({
      'main.ts': `import { NestFactory } from '@nestjs/core'; import { AppModule } from './module'; NestFactory.create(AppModule).then((app) => app.listen(1));`,
      'module.ts': `import { Module } from '@nestjs/common'; import { Cats } from './cats'; @Module({ controllers: [Cats] }) export class AppModule {}`,
      'cats.ts': `import { Controller, Get } from '@nestjs/common'; import { Store } from './store'; @Controller('cats') export class Cats { constructor(private readonly store: Store) {} @Get() all() { return this.store.all(); } }`,
      'store.ts': `import knex from 'knex';\nconst db = knex({});\nexport class Store { all() { return db('cats').select(); } }`,
    });
    assert.deepEqual(read.findings.map(({ code, file, line }) => [code, file, line]), [['io-bound', 'store.ts', 3]]);
  });

  test('one place is told once, however many routes come by it', () => {
    const read = readTexts({ 'server.js': `const app = require('express')(); function auth(req, res, next) { check(req.headers.authorization); next(); } app.use(auth); app.get('/a', (req, res) => res.end()); app.get('/b', (req, res) => res.end());` });
    assert.deepEqual(read.findings.map(({ code }) => code), ['reads-authorization']);
    assert.match(read.findings[0]!.message, /^GET \/a and 1 more route: /);
    assert.deepEqual(read.routes.map(({ needs: { readsAuthorization } }) => readsAuthorization), [true, true]);
  });

  test('sessions, limits, sockets and timers of the whole app are told', () => {
    const setUp = `app.use(require('express-session')({ secret: 's' })); app.use(require('express-rate-limit')({ max: 5 })); new (require('ws').WebSocketServer)({ port: 1 }); require('node-cron').schedule('* * * * *', () => {});`;
    assert.deepEqual(needs(`app.get('/', (req, res) => res.end());`, setUp), ['rate-limit-in-memory 1', 'sessions-in-memory 1', 'timers 1', 'uses-websocket 1']);
  });

  test('a session with a store is no trouble', () => {
    assert.deepEqual(needs(`app.get('/', (req, res) => res.end());`, `app.use(require('express-session')({ secret: 's', store: require('./store') }));`), []);
  });

  test('a variable that one route changes and another reads is shared state', () => {
    const text = `let hits = 0; const names = ['a'];\napp.get('/hit', (req, res) => {\n  hits += 1;\n  res.end(); });\napp.get('/hits', (req, res) => res.json({ hits, names }));`;
    assert.deepEqual(needs(text), ['shared-state 4']);
  });

  test('a variable that only one route uses is its own', () => {
    assert.deepEqual(needs(`let hits = 0;\napp.get('/hit', (req, res) => { hits += 1; res.end(); });\napp.get('/other', (req, res) => res.end());`), []);
  });
});
