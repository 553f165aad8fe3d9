import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { App } from '../../../src/model/app.ts';
import { UserError } from '../../../src/model/trouble.ts';
import { findApp, type FindOptions } from '../../../src/steps/app/index.ts';
import { projectFiles } from '../../helpers/project-files.ts';

type Question = Partial<FindOptions> & { target?: string };

async function find(contents: Record<string, unknown>, question: Question = {}): Promise<App> {
  return (await locate(contents, question)).app;
}

async function locate(contents: Record<string, unknown>, { target = '.', ...options }: Question = {}): Promise<{ app: App; root: string }> {
  const files = projectFiles(contents);
  return findApp(join(files.root, target), { cwd: files.root, ...options }, files);
}

async function trouble(contents: Record<string, unknown>, question: Question = {}): Promise<{ code: string; message: string; hint: string }> {
  const error = await locate(contents, question).then(() => null, (reason: unknown) => reason);
  assert.ok(error instanceof UserError, `expected a UserError, got ${String(error)}`);
  return { code: error.code, message: error.message, hint: error.hint };
}

describe('how an app starts', () => {
  it('is its start script when that is node and a file, flags and assignments kept', async () => {
    const app = await find({ 'package.json': { name: 'shop', scripts: { start: 'NODE_ENV=production node -r ./env.js dist/main --fast' } }, 'dist/main.js': '' });
    assert.equal(app.start, 'NODE_ENV=production node -r ./env.js dist/main --fast');
    assert.equal(app.entry, 'dist/main.js');
  });

  it('leaves out the build steps that a start script does first', async () => {
    const app = await find({ 'package.json': { scripts: { start: 'npm run build && node dist/server.js' } }, 'dist/server.js': '' });
    assert.equal(app.start, 'node dist/server.js');
  });

  it('is the package manager\'s start when the script is something else, with the file it is seen to run', async () => {
    const app = await find({ 'package.json': { scripts: { start: 'tsx watch src/server.ts' } }, 'pnpm-lock.yaml': '', 'src/server.ts': '' });
    assert.deepEqual([app.start, app.entry, app.form], ['pnpm start', 'src/server.ts', 'source']);
  });

  it('is what was built for production rather than a development start script', async () => {
    const built = { 'dist/main.js': '', 'src/main.ts': '' };
    const byScript = await find({ ...built, 'package.json': { scripts: { start: 'nest start', 'start:prod': 'node dist/main' } } });
    const byImage = await find({ ...built, 'package.json': { scripts: { start: 'tsx src/main.ts' } }, Dockerfile: 'FROM node:24 AS build\nCMD ["false"]\nFROM node:24\nWORKDIR /app\nCMD ["node", "/app/dist/main.js"]\n' });
    const byNest = await find({ ...built, 'package.json': { scripts: { start: 'nest start' }, dependencies: { '@nestjs/core': '11' } } });
    assert.deepEqual([byScript.start, byImage.start, byNest.start], ['node dist/main', 'node dist/main.js', 'node dist/main.js']);
  });

  it('starts Nest through its own command while nothing is built', async () => {
    const app = await find({ 'package.json': { scripts: { start: 'nest start', 'start:prod': 'node dist/main' } }, 'src/main.ts': '' });
    assert.deepEqual([app.start, app.entry, app.form], ['npm start', 'src/main.ts', 'source']);
  });

  it('falls back to main, to a single bin, to a file with a usual name', async () => {
    const main = await find({ 'package.json': { main: 'lib/http' }, 'lib/http.js': '', 'server.js': '' });
    const bin = await find({ 'package.json': { main: 'gone.js', bin: { shop: 'bin/www' } }, 'bin/www': '', 'server.js': '' });
    const usual = await find({ 'package.json': {}, 'dist/server.mjs': '', 'src/server.ts': '', 'index.js': '' });
    assert.deepEqual([main.start, bin.start, usual.start], ['node lib/http.js', 'node bin/www', 'node dist/server.mjs']);
  });

  it('runs a TypeScript entry as it is, or through tsx where the project has it', async () => {
    const plain = await find({ 'package.json': {}, 'src/index.ts': '' });
    const tsx = await find({ 'package.json': { devDependencies: { tsx: '4' } }, 'src/index.ts': '' });
    assert.deepEqual([plain.start, tsx.start], ['node src/index.ts', 'node --import tsx src/index.ts']);
  });

  it('is the file that the user names, in the package it belongs to', async () => {
    const { app, root } = await locate({ 'package.json': { name: 'shop', scripts: { start: 'node a.js' } }, 'a.js': '', 'lib/package.json': { type: 'module' }, 'lib/my server.js': '' }, { target: 'lib/my server.js' });
    assert.deepEqual([app.name, app.start, app.entry, app.format, root], ['shop', "node 'lib/my server.js'", 'lib/my server.js', 'esm', '/home/me/shop']);
  });

  it('is the user\'s start command before everything else, even without a package.json', async () => {
    const app = await find({ 'run.sh': '' }, { start: 'bash run.sh' });
    assert.deepEqual([app.name, app.start, app.entry], ['shop', 'bash run.sh', null]);
  });
});

describe('what an app is', () => {
  it('names the framework with the version that Node would load, Nest before what it runs on', async () => {
    const app = await find({
      'package.json': { scripts: { start: 'node main.js' }, dependencies: { express: '^5.0.0', '@nestjs/core': '^11' } },
      'main.js': '',
      'node_modules/express/package.json': { version: '5.1.0' },
      '../node_modules/@nestjs/core/package.json': { version: '11.0.3' },
    });
    assert.deepEqual(app.framework, { name: 'nest', version: '11.0.3' });
  });

  it('describes an entry inside an installed package by that package', async () => {
    const app = await find({
      'package.json': { dependencies: { wiki: '1' } },
      'node_modules/wiki/package.json': { name: 'wiki', type: 'module', dependencies: { express: '5' } },
      'node_modules/wiki/index.js': '',
      'node_modules/express/package.json': { version: '5.2.0' },
    }, { start: 'node node_modules/wiki/index.js --port 1' });
    assert.deepEqual([app.framework, app.format], [{ name: 'express', version: '5.2.0' }, 'esm']);
  });

  it('tells the module format by extension, then type, then syntax', async () => {
    const formats = await Promise.all([
      find({ 'package.json': { type: 'module' }, 'server.cjs': '' }),
      find({ 'package.json': { type: 'module' }, 'server.js': '' }),
      find({ 'package.json': {}, 'server.js': '// import x from "y"\nimport http from "node:http";' }),
      find({ 'package.json': {}, 'server.js': 'const http = require("node:http");' }),
    ]);
    assert.deepEqual(formats.map((app) => app.format), ['cjs', 'esm', 'esm', 'cjs']);
  });

  it('takes a file with a bundler\'s marks and no files of its own for a bundle', async () => {
    const forms = await Promise.all([
      find({ 'package.json': {}, 'server.js': 'var __commonJS = (cb) => cb; var a = __commonJS({});require("http")' }),
      find({ 'package.json': {}, 'server.js': 'var __commonJS = (cb) => cb; require("./other.js")' }),
      find({ 'package.json': {}, 'server.js': 'require("http").createServer()' }),
    ]);
    assert.deepEqual(forms.map((app) => app.form), ['bundle', 'compiled', 'compiled']);
  });

  it('polls the path that the image or template gives the adapter, the user\'s before it, else the root', async () => {
    const server = { 'package.json': {}, 'server.js': '' };
    const paths = await Promise.all([
      find(server),
      find({ ...server, Dockerfile: 'FROM node\n# ENV AWS_LWA_READINESS_CHECK_PATH=/no\nENV PORT=8080 AWS_LWA_READINESS_CHECK_PATH=/healthz\n' }),
      find({ ...server, 'template.yaml': 'Variables:\n  AWS_LWA_READINESS_CHECK_PATH: "/live"\n' }),
      find({ ...server, Dockerfile: 'ENV AWS_LWA_READINESS_CHECK_PATH=$HEALTH\n' }),
      find({ ...server, Dockerfile: 'ENV READINESS_CHECK_PATH /old\n' }, { readinessPath: '/mine' }),
    ]);
    assert.deepEqual(paths.map((app) => app.readinessPath), ['/', '/healthz', '/live', '/', '/mine']);
  });
});

describe('the workspace of an app', () => {
  it('is found upward, with the lock file\'s package manager and every member', async () => {
    const app = await find({
      'package.json': { name: '@acme/shop' },
      'server.js': '',
      '../pnpm-workspace.yaml': 'packages:\n  # all\n  - "libs/**"\n  - shop\n  - "!libs/old"\n\ncatalog:\n  - no\n',
      '../libs/deep/money/package.json': { name: '@acme/money' },
      '../libs/old/package.json': { name: '@acme/old' },
      '../libs/node_modules/x/package.json': { name: 'x' },
    });
    assert.deepEqual([app.packageManager, app.workspaceRoot, app.workspaces], [
      'pnpm',
      '..',
      [{ name: '@acme/money', folder: '../libs/deep/money' }, { name: '@acme/shop', folder: '.' }],
    ]);
  });

  it('reads both spellings of the workspaces field, and the packageManager field before any lock file', async () => {
    const app = await find({ 'package.json': { name: 'a' }, 'server.js': '', '../package.json': { packageManager: 'yarn@4.1.0', workspaces: { packages: ['sh*'] } }, '../package-lock.json': '' });
    assert.deepEqual([app.packageManager, app.workspaceRoot, app.workspaces], ['yarn', '..', [{ name: 'a', folder: '.' }]]);
  });

  it('stays the app\'s own folder when the one above does not list it', async () => {
    const app = await find({ 'package.json': { name: 'a' }, 'server.js': '', 'package-lock.json': '', '../package.json': { workspaces: ['libs/*'] } });
    assert.deepEqual([app.packageManager, app.workspaceRoot, app.workspaces], ['npm', '.', []]);
  });

  it('is not looked for above the repository', async () => {
    const app = await find({ 'package.json': {}, 'server.js': '', '.git/HEAD': '', '../yarn.lock': '' });
    assert.equal(app.packageManager, 'npm');
  });
});

describe('an app that cannot be found', () => {
  it('says when the folder is missing', async () => {
    assert.deepEqual(await trouble({}, { target: 'nowhere' }), {
      code: 'no-such-app',
      message: 'There is no folder or file nowhere.',
      hint: 'Name the folder with the package.json of the app, or the file that starts the server.',
    });
  });

  it('says when the folder has no package.json, and names the server file that it sees', async () => {
    assert.deepEqual(await trouble({ 'api/server.mjs': '' }, { target: 'api' }), {
      code: 'no-package-json',
      message: 'There is no package.json in api.',
      hint: 'Name the file that starts the server: lwa-split analyze api/server.mjs',
    });
  });

  it('says when package.json is broken', async () => {
    assert.deepEqual((await trouble({ 'package.json': '{ "name": ' })).message, 'package.json is not valid JSON.');
    assert.deepEqual((await trouble({ 'package.json': '[]' })).code, 'package-json-broken');
  });

  it('names what was looked for when nothing says how the server starts', async () => {
    const { code, message } = await trouble({ 'package.json': { main: 'gone.js' } });
    assert.equal(code, 'no-entry');
    assert.equal(message, 'Nothing in this folder says how the server starts: no "start" script, no existing "main" or "bin" in package.json, no server, index, app, main file in ., dist, build, src.');
  });

  it('names an app of the workspace when it is asked for the workspace itself', async () => {
    const { code, hint } = await trouble({ 'package.json': { workspaces: ['libs/*', 'apps/*'] }, 'libs/money/package.json': { name: 'money' }, 'apps/api/package.json': { name: 'api', scripts: { start: 'node .' } } });
    assert.deepEqual([code, hint], ['no-entry', 'This is a workspace: name one of its apps, for example lwa-split analyze apps/api']);
  });

  it('says when the start script runs a file that was not built', async () => {
    assert.deepEqual(await trouble({ 'package.json': { scripts: { start: 'node dist/server.js', build: 'tsc' } }, 'src/server.ts': '' }), {
      code: 'entry-missing',
      message: 'The "start" script of package.json runs dist/server.js, which does not exist.',
      hint: 'Build the app first (npm run build), or say how it starts with --start "<command>".',
    });
  });

  it('says when the entry needs a dependency that is not installed', async () => {
    const { code, message } = await trouble({ 'package.json': { dependencies: { express: '5' } }, 'server.js': 'const express = require("express");' });
    assert.deepEqual([code, message], ['not-installed', 'The entry server.js needs express, which is in package.json but not installed.']);
  });
});
