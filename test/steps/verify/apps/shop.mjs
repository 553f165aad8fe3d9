// A small server that behaves as VARIANT says; without it, as the original.
import { randomUUID } from 'node:crypto';
import { appendFileSync, existsSync } from 'node:fs';
import { createServer } from 'node:http';

const variant = process.env.VARIANT ?? '';
if (variant === 'broken') throw new Error(`no database at ${process.env.SECRET}`);
if (variant === 'lazy' && process.env.LWA_SPLIT_LOG === '1') {
  const all = process.env.LWA_SPLIT_EAGER === '1';
  for (const module of all ? ['pdfkit', 'sharp', 'gone'] : ['pdfkit', 'pdfkit']) {
    console.log(JSON.stringify({ event: 'late-load', module, ms: 3, ...(module === 'gone' ? { error: 'Cannot find module gone' } : {}) }));
  }
}

const routes = {
  '/': (_, res) => res.end('up'),
  '/same': (_, res) => json(res, { name: 'tea', tags: ['hot', 'green'] }),
  '/item': (_, res) => json(res, { name: variant === 'changed-body' ? 'coffee' : 'tea', price: 3 }),
  '/status': (_, res) => {
    res.statusCode = variant === 'changed-status' ? 500 : 200;
    res.end('fine');
  },
  '/header': (_, res) => {
    if (variant !== 'missing-header') res.setHeader('cache-control', 'max-age=60');
    res.setHeader('x-session-secret', variant === 'other-secret' ? 'canary-two' : 'canary-one');
    res.setHeader('set-cookie', `sid=${randomUUID()}; Path=/; HttpOnly`);
    res.end('headed');
  },
  '/nature': (req, res) => json(res, {
    uptime: process.uptime(),
    id: randomUUID(),
    now: new Date().toISOString(),
    pid: process.pid,
    self: `http://${req.headers.host}/nature`,
    message: `took ${process.hrtime.bigint()} ns at ${new Date()}`,
    ...(variant === 'wrong-kind' ? { uptime: 'long' } : {}),
  }),
  '/page': (_, res) => {
    res.setHeader('content-type', 'text/html');
    res.end(`<html>\n<p nonce="${randomUUID()}">\n<p>served at ${Date.now()}</p>\n<b>${variant === 'changed-page' ? 'closed' : 'open'}</b>\n</html>`);
  },
  '/trace': (_, res) => {
    res.setHeader('content-type', 'text/plain');
    res.end(variant === 'other-trace' ? 'Error: x\n    at f (/b/pack.js:9:9)\nend' : 'Error: x\n    at f (/a/x.js:1:2)\n    at g (/a/y.js:3:4)\nend');
  },
  '/image': (_, res) => {
    res.setHeader('content-type', 'image/png');
    res.end(Buffer.from([1, 0, 255, variant === 'changed-image' ? 4 : 3]));
  },
  '/stream': (_, res) => {
    res.setHeader('content-type', 'text/event-stream');
    let n = 0;
    const timer = setInterval(() => {
      n++;
      res.write(`data: ${JSON.stringify({ n: variant === 'changed-stream' && n === 3 ? 99 : n, at: Date.now() })}\n\n`);
    }, 10);
    res.on('close', () => clearInterval(timer));
  },
  '/crash': (_, res) => {
    if (variant === 'crash') throw new Error('crashed');
    res.end('alive');
  },
  '/exit-after': (_, res) => {
    if (variant === 'crash') res.on('close', () => process.exit(1));
    res.end('alive');
  },
  '/hang': (_, res) => void (variant === 'hang' || res.end('done')),
  '/late': (_, res) => void setTimeout(() => res.end('late'), variant === 'late' ? 2000 : 0),
  '/close': (req, res) => void (variant === 'close' ? req.socket.destroy() : res.end('open')),
  '/echo': (req, res) => json(res, { you: req.headers['x-api-key'], times: variant === 'changed-echo' ? 2 : 1, ...(variant === 'changed-echo' ? { secret: process.env.SECRET, again: req.headers['x-api-key'] } : {}) }),
  '/write': (_, res) => {
    appendFileSync(process.env.WRITES, 'w');
    res.end('written');
  },
  '/state': (_, res) => {
    const seen = existsSync(process.env.STATE);
    appendFileSync(process.env.STATE, 'x');
    res.end(seen ? 'old' : 'new');
  },
};

function json(res, value) {
  res.setHeader('content-type', 'application/json');
  res.end(JSON.stringify(value));
}

createServer((req, res) => {
  const route = routes[new URL(req.url, 'http://x').pathname];
  if (route) return route(req, res);
  res.statusCode = 404;
  res.end('no such page');
}).listen(process.env.PORT, '127.0.0.1');
