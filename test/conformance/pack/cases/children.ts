import { js, type PackCase } from '../case.ts';

/** Waits for a process that says one thing, over IPC or on standard output, and gives that. */
const heard = js`
const heard = (child) => new Promise((done) => { let said = ''; child.stdout?.on('data', (text) => (said += text)); child.on('message', (got) => (said = JSON.stringify(got))); child.on('close', (code, signal) => done([said.trim(), code, signal])); });`;
/** All that a process can tell of how it was started. */
const self = js`
const self = (module) => [process.argv.slice(1), process.argv0, process.execArgv, require.main === module, module.id, module.parent?.id ?? null, module.children.length, process.mainModule?.filename, Object.keys(process.env).filter((name) => /LWA|PACK/.test(name)), Object.keys(require.cache), typeof process.send];`;

/** Processes that an app starts of its own files. */
export const children: PackCase[] = [
  {
    name: 'a process sees itself as under plain Node, however it was started',
    files: {
      'main.js': js`
        const { fork, spawn, execFile } = require('child_process'); const path = require('path'); ${heard}
        const job = path.join(__dirname, 'jobs', 'job.js');
        (async () => {
          for (const given of [[job, ['a', '--b']], ['jobs/job', { cwd: __dirname }], [job, { silent: true, execArgv: ['--no-deprecation', '--title', 'job'] }], [job, { env: { PATH: process.env.PATH, OWN: 1 } }]]) console.log(JSON.stringify(await heard(fork(...given))));
          for (const given of [[[job, 'x y']], [['--stack-trace-limit=3', '--', job, '-r']], [['jobs/../jobs/job.js'], { cwd: __dirname, argv0: 'other' }], [[path.join(__dirname, 'jobs')]]]) console.log(JSON.stringify(await heard(spawn(process.execPath, ...given))));
          console.log(await heard(execFile(process.execPath, [job])));
          require.resolve('./jobs/job'); require.resolve('./jobs');
        })();`,
      'jobs/job.js': js`${self} const told = self(module); require('./dep'); if (process.send) { process.send(told); process.disconnect(); } else console.log(JSON.stringify(told));`,
      'jobs/dep.js': '',
      'jobs/index.js': 'require("./job"); console.log(require.main === module, process.argv.slice(1));',
    },
  },
  {
    name: 'a process that runs an ES module waits, and is main',
    files: {
      'main.mjs': js`
        import { fork, spawn } from 'node:child_process'; import { fileURLToPath } from 'node:url'; ${heard}
        const job = fileURLToPath(new URL('./job.mjs', import.meta.url));
        console.log(await heard(fork(job, ['a'])), await heard(spawn(process.execPath, [job])), await heard(spawn(process.execPath, ['--input-type=module', job]))); if (process.argv[2]) import('./job.mjs');`,
      'job.mjs': js`
        import { argv } from 'node:process'; import { twice } from './twice.mjs'; import legacy from './legacy.cjs';
        const told = [await twice(2), argv.slice(1), import.meta.main ?? null, import.meta.url, legacy, process.mainModule === undefined];
        if (process.send) { process.send(told); process.disconnect(); } else console.log(JSON.stringify(told));`,
      'twice.mjs': 'export const twice = async (n) => 2 * n; await 0;',
      'legacy.cjs': 'module.exports = [require.main === undefined, module.parent === undefined];',
    },
  },
  {
    name: 'messages, handles and serialization pass between processes',
    files: {
      'main.js': js`
        const { fork } = require('child_process'); const net = require('net'); const http = require('http');
        const child = fork(require.resolve('./child'), { serialization: 'advanced' });
        child.on('message', (got) => { console.log(got); if (got.ready) { const server = net.createServer().listen(0, '127.0.0.1', () => { const { port } = server.address(); child.send('server', server, () => server.close(() => http.get({ port, host: '127.0.0.1' }, (res) => res.on('data', (text) => { console.log(String(text)); child.disconnect(); })))); }); } });
        child.on('exit', (code) => console.log(code, child.spawnfile === process.execPath, child.spawnargs.slice(1)));`,
      'child.js': js`
        process.on('message', (text, server) => require('http').createServer((req, res) => res.end('from ' + require('path').basename(__filename))).listen(server));
        process.on('disconnect', () => process.exit(7));
        process.send({ ready: true, map: new Map([[1, 2n]]) });`,
    },
  },
  {
    name: 'processes of processes, of which the last is another file',
    files: {
      'main.js': js`
        const { fork } = require('child_process'); ${heard}
        const level = Number(process.argv[2] ?? 0);
        const leaked = 'LWA_SPLIT_MAIN' in process.env;
        if (level === 3) fork(require.resolve('./leaf.mjs'), ['leaf']).on('message', (got) => { process.send([...got, level, leaked]); process.disconnect(); });
        else heard(fork(process.argv[1], [String(level + 1)])).then(([said]) => { if (process.send) { process.send([...JSON.parse(said), level, leaked]); process.disconnect(); } else console.log(said, leaked); });`,
      'leaf.mjs': 'import { argv, env } from "node:process"; process.send([argv.slice(1), "LWA_SPLIT_MAIN" in env, Object.keys(env).filter((name) => name.startsWith("LWA")).length]); process.disconnect();',
    },
  },
  {
    name: 'cluster workers, by fork and by settings, see themselves as primary processes do',
    files: {
      'main.js': js`
        const cluster = require('cluster'); const http = require('http'); ${self}
        const told = () => JSON.stringify([cluster.isWorker, cluster.worker?.id, self(module), process.env.COLOR]);
        if (cluster.isWorker) { http.createServer((req, res) => res.end(told())).listen(0, '127.0.0.1'); }
        else {
          const run = (worker) => new Promise((done) => { worker.on('listening', ({ port }) => http.get({ port, host: '127.0.0.1' }, (res) => res.on('data', (body) => { console.log(String(body)); worker.disconnect(); }))); worker.on('exit', (code, signal) => done(console.log(code, signal, worker.exitedAfterDisconnect))); });
          (async () => {
            await run(cluster.fork({ COLOR: 'red' }));
            cluster.setupPrimary({ args: ['one', 'two'], execArgv: ['--no-warnings'] }); await run(cluster.fork());
            cluster.setupPrimary({ exec: require.resolve('./worker.mjs') }); await run(cluster.fork());
          })();
        }`,
      'worker.mjs': 'import http from "node:http"; import cluster from "node:cluster"; import { name } from "./name.mjs"; http.createServer((req, res) => res.end(name + cluster.worker.id + process.argv.slice(1) + import.meta.url)).listen(0, "127.0.0.1");',
      'name.mjs': 'export const name = "worker ";',
    },
  },
  {
    name: 'a server that answers from a cluster worker',
    files: {
      'main.mjs': js`
        import cluster from 'node:cluster'; import http from 'node:http'; import { answer } from './answer.mjs';
        if (cluster.isPrimary) { cluster.fork(); process.on('exit', () => { for (const id in cluster.workers) cluster.workers[id].kill('SIGKILL'); }); }
        else http.createServer(async (req, res) => res.end(req.url === '/late' ? (await import('./late.cjs')).default : answer())).listen(process.env.PORT, '127.0.0.1');`,
      'answer.mjs': 'export const answer = () => "from a worker of " + import.meta.filename.split("/").pop();',
      'late.cjs': 'module.exports = "late " + __filename;',
    },
    requests: ['/', '/late'],
  },
  {
    name: 'what is no script of the app runs as it is',
    files: {
      'main.js': js`
        const { spawn, fork, exec } = require('child_process'); const fs = require('fs'); const os = require('os'); const path = require('path'); ${heard}
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'case-')); const other = path.join(folder, 'other.js'); fs.writeFileSync(other, 'console.log(process.argv.length, __filename === process.argv[1])');
        (async () => {
          const run = async (...given) => console.log(JSON.stringify(await heard(spawn(process.execPath, ...given))));
          await run([other, 'a']); await run(['-e', 'console.log(process.argv.slice(1))', __dirname + '/dep.js']); await run(['-p', '1 + 1', 'dep.js'], { cwd: __dirname }); await run(['-r', './dep.js', '-e', 'console.log(2)'], { cwd: __dirname }); await run(['--check', __filename]);
          await run(['none.js'], { cwd: __dirname, stdio: ['ignore', 'pipe', 'ignore'] }); await run([__dirname + '/data.json'], { stdio: ['ignore', 'pipe', 'ignore'] });
          console.log(await heard(exec('"' + process.execPath + '" ' + path.join(__dirname, 'dep.js'))), await heard(spawn('node dep.js', { shell: true, cwd: __dirname, env: { PATH: path.dirname(process.execPath) } })));
          console.log(await heard(spawn('node', ['dep.js'], { cwd: __dirname, env: { PATH: '/nowhere:' + path.dirname(process.execPath) } })), await heard(spawn('echo', [__filename.length > 0])));
          await new Promise((done) => spawn(path.join(__dirname, 'no-node'), [__filename]).on('error', (error) => done(console.log(error.code, error.syscall, error.spawnargs))));
          for (const wrong of [() => spawn(process.execPath, ['a\0b']), () => fork(5), () => spawn('')]) try { wrong(); } catch (error) { console.log(error.code); }
          fs.rmSync(folder, { recursive: true });
        })();`,
      'dep.js': 'console.log("dep", require.main === module, Object.keys(process.env).some((name) => name.startsWith("LWA_SPLIT_M")));',
      'data.json': '{}',
    },
  },
  {
    name: 'a process ends with its own code, error and signal',
    files: {
      'main.js': js`
        const { fork } = require('child_process');
        (async () => { for (const how of ['exit', 'throw', 'reject', 'signal', 'forever']) await new Promise((done) => { let said = ''; const child = fork(require.resolve('./' + (how === 'forever' ? 'forever.mjs' : 'child.js')), [how], { silent: true }); child.stderr.on('data', (text) => (said += text)); child.on('close', (code, signal) => done(console.log(how, code, signal, /Error: (\w+)[^]*child.js:(\d+):(\d+)/.exec(said)?.slice(1)))); }); })();`,
      'child.js': js`
        const how = process.argv[2];
        if (how === 'exit') process.exit(3);
        if (how === 'throw') throw new Error('thrown');
        if (how === 'reject') Promise.reject(new Error('rejected'));
        if (how === 'signal') process.kill(process.pid, 'SIGTERM'), setTimeout(() => {}, 5000);`,
      'forever.mjs': 'process.disconnect(); await new Promise(() => {});',
    },
  },
  {
    name: 'a patched spawn sees what the app gives, as tracers do',
    files: {
      'main.js': js`
        const cp = require('child_process'); const { ChildProcess } = cp; const seen = []; const before = ChildProcess.prototype.spawn; ${heard}
        ChildProcess.prototype.spawn = function spawn(options) { seen.push([options.args.slice(1), options.envPairs.some((pair) => pair.startsWith('LWA_SPLIT_M'))]); return before.call(this, options); };
        (async () => { const said = await heard(cp.fork(require.resolve('./child'), ['a'])); if (typeof before !== 'function') throw 0; console.log(said, ChildProcess.prototype.spawn.name, ChildProcess.prototype.spawn.length, seen.length); })();`,
      'child.js': 'process.send(process.argv.slice(1)); process.disconnect();',
    },
  },
];
