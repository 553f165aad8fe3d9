import { js, type PackCase } from '../case.ts';

/** Workers, children, files beside the source, native code. */
export const processes: PackCase[] = [
  {
    name: 'a worker of the entry\'s own file',
    files: {
      'main.js': js`
        const { Worker, isMainThread, parentPort, workerData, threadId } = require('worker_threads');
        if (isMainThread) new Worker(__filename, { workerData: 5, argv: ['x'] }).on('message', (got) => console.log(JSON.stringify(got))).on('exit', (code) => console.log(code));
        else parentPort.postMessage({ doubled: require('./double')(workerData), main: require.main === module, id: module.id, argv: process.argv.slice(1), file: __filename, threadId, parent: module.parent?.id ?? null });`,
      'double.js': 'module.exports = (n) => n * 2;',
    },
  },
  {
    name: 'workers by URL, of ES modules, of text and of a package',
    files: {
      'main.mjs': js`
        import { Worker } from 'node:worker_threads'; import { once } from 'node:events'; import { square } from 'pool';
        const [own] = await once(new Worker(new URL('./worker.mjs', import.meta.url)), 'message');
        const [text] = await once(new Worker('require("worker_threads").parentPort.postMessage([typeof require, __filename])', { eval: true }), 'message');
        console.log(JSON.stringify([own, text, await square(4)]));`,
      'worker.mjs': 'import { parentPort } from "node:worker_threads"; import { n } from "./dep.mjs"; parentPort.postMessage([n, import.meta.url, import.meta.main ?? null]);',
      'dep.mjs': 'export const n = 3;',
      'node_modules/pool/index.js': js`const { Worker } = require('worker_threads'); exports.square = (n) => new Promise((done) => new Worker(require('path').join(__dirname, 'lib', 'worker.js'), { workerData: n }).once('message', done));`,
      'node_modules/pool/lib/worker.js': 'const { parentPort, workerData } = require("worker_threads"); parentPort.postMessage(require("./square")(workerData));',
      'node_modules/pool/lib/square.js': 'module.exports = (n) => n * n;',
    },
  },
  {
    name: 'fork of the same entry, by __filename, argv and require.main',
    files: {
      'main.js': js`
        const { fork } = require('child_process');
        if (process.send && process.argv[2]) { process.send([process.argv.slice(1), require.main === module, require('./dep'), process.execArgv]); process.disconnect(); }
        else (async () => { for (const file of [__filename, process.argv[1], require.main.filename]) await new Promise((done) => fork(file, ['child']).on('message', (got) => console.log(JSON.stringify(got))).on('exit', done)); })();`,
      'dep.js': 'module.exports = __filename;',
    },
  },
  {
    name: 'spawned and forked files of the app, of both kinds',
    files: {
      'main.mjs': js`
        import { execFileSync, fork } from 'node:child_process'; import { fileURLToPath } from 'node:url'; import { once } from 'node:events';
        const job = fileURLToPath(new URL('./jobs/job.mjs', import.meta.url));
        console.log(execFileSync(process.execPath, [job, 'a'], { encoding: 'utf8' }).trim());
        const [got] = await once(fork('./jobs/task.cjs', { cwd: fileURLToPath(new URL('.', import.meta.url)) }), 'message'); console.log(JSON.stringify(got));
        const [again] = await once(fork(new URL('./jobs/task.cjs', import.meta.url)), 'message'); console.log(JSON.stringify(again));`,
      'jobs/job.mjs': 'import { dep } from "./dep.mjs"; console.log(dep, process.argv[2], import.meta.url);',
      'jobs/dep.mjs': 'export const dep = "dep";',
      'jobs/task.cjs': 'process.send([require.main === module, __filename]); process.disconnect();',
    },
  },
  {
    name: 'cluster workers run the entry again and share the port',
    files: {
      'main.js': js`
        const cluster = require('cluster'); const http = require('http');
        if (cluster.isPrimary) {
          const worker = cluster.fork();
          worker.on('listening', ({ port }) => http.get({ port, host: '127.0.0.1' }, (res) => res.on('data', (body) => { console.log(String(body)); worker.kill(); })));
          worker.on('exit', () => console.log('ended'));
        } else http.createServer((req, res) => res.end(require('./dep') + cluster.worker.id + (require.main === module))).listen(0, '127.0.0.1');`,
      'dep.js': 'module.exports = "worker ";',
    },
  },
  {
    name: 'files beside the source are read from where the source says it is',
    files: {
      'src/main.js': js`
        const fs = require('fs'); const path = require('path');
        console.log(fs.readFileSync(path.join(__dirname, 'views', 'a.txt'), 'utf8'), fs.readdirSync(path.join(__dirname, 'views')), fs.readFileSync(__filename, 'utf8').includes('marker'), fs.existsSync('./views'), fs.statSync(path.resolve(__dirname, '../data.bin')).size, require('../package.json').version, JSON.parse(fs.readFileSync(path.join(__dirname, '../package.json'))).name, fs.readdirSync(path.join(__dirname, '..', 'node_modules')), fs.readdirSync(__dirname), require('templates').read(), fs.existsSync(path.join(__dirname, '.hidden')), fs.readdirSync(path.join(__dirname, 'empty-ish')));`,
      'package.json': '{"name":"shop","version":"1.2.3"}',
      'src/views/a.txt': 'A',
      'src/views/b.ejs': 'B',
      'src/.hidden': '',
      'src/empty-ish/.gitkeep': '',
      'data.bin': new Uint8Array(1000),
      'node_modules/templates/index.js': 'exports.read = () => require("fs").readFileSync(require.resolve("templates/t/x.html"), "utf8");',
      'node_modules/templates/t/x.html': '<p>',
      'node_modules/unused/readme.md': 'no module asks for it',
    },
  },
  {
    name: 'ES modules read beside themselves by URL',
    files: {
      'src/main.mjs': js`
        import { readFile, readdir } from 'node:fs/promises'; import { createReadStream } from 'node:fs';
        console.log(await readFile(new URL('./t/a.txt', import.meta.url), 'utf8'), await readdir(import.meta.dirname + '/t'), JSON.parse(await readFile(new URL('../package.json', import.meta.url))).name, (await readFile(import.meta.filename, 'utf8')).length);
        for await (const chunk of createReadStream(new URL(import.meta.resolve('./t/a.txt')))) console.log(String(chunk));`,
      'src/t/a.txt': 'A',
      'package.json': '{"name":"shop"}',
    },
  },
  {
    name: 'the app\'s root holds the app\'s files and nothing more',
    files: { 'main.js': 'console.log(require("fs").readdirSync(__dirname).sort().join());', 'a.txt': '', 'lib/b.txt': '' },
  },
  {
    name: 'a native add-on',
    files: {
      'main.js': js`
        const binding = require('native');
        const file = Object.keys(require.cache).find((one) => one.endsWith('.node'));
        console.log(typeof binding, Object.keys(binding).length > 0, require.cache[file].exports === binding, require('module').createRequire(__filename)('native') === binding);`,
      'node_modules/native/package.json': '{"name":"native"}',
      'node_modules/native/index.js': js`const fs = require('fs'); const path = require('path'); const folder = path.join(__dirname, '..', '@oxc-parser', 'binding-' + process.platform + '-' + process.arch + '-gnu'); module.exports = require(path.join(folder, fs.readdirSync(folder).find((one) => one.endsWith('.node'))));`,
    },
    installed: `@oxc-parser/binding-${process.platform}-${process.arch}-gnu`,
  },
  {
    name: 'a CommonJS server answers, and loads late what it loads late',
    files: {
      'main.js': js`
        const http = require('http');
        http.createServer((req, res) => {
          if (req.url === '/late') return res.end(require('./late').answer);
          if (req.url === '/import') return import('./late.mjs').then((ns) => res.end(ns.default), (error) => res.end(error.message));
          if (req.url === '/throw') return res.end((() => { try { require('./nope'); } catch (error) { return error.code; } })());
          res.end('home');
        }).listen(process.env.PORT, '127.0.0.1');`,
      'late.js': 'exports.answer = "late " + __filename;',
      'late.mjs': 'export default "late esm " + import.meta.url;',
    },
    requests: ['/', '/late', '/late', '/import', '/throw'],
  },
  {
    name: 'an ES module server that waits before it listens',
    files: {
      'main.mjs': js`
        import http from 'node:http'; import { routes } from './routes/index.mjs';
        const config = await import('./config.mjs'); const server = http.createServer((req, res) => { const route = routes[req.url]; res.statusCode = route ? 200 : 404; res.end(String(route?.(config.name))); });
        await new Promise((done) => server.listen(process.env.PORT, '127.0.0.1', done));`,
      'config.mjs': 'export const name = await Promise.resolve("shop");',
      'routes/index.mjs': 'import * as users from "./users.mjs"; export const routes = { "/users": users.list, "/": (name) => "home of " + name };',
      'routes/users.mjs': 'import { db } from "../db.cjs"; export const list = () => db.users.join();',
      'db.cjs': 'exports.db = { users: ["a", "b"] };',
    },
    requests: ['/', '/users', '/none'],
  },
];
