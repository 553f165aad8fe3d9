import { execFile, spawn } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { freePort } from '../../../src/system/ports.ts';
import { repository } from '../../helpers/installed.ts';
import type { PackCase } from './case.ts';

/** What an app did, in words that do not depend on where it lies. */
export interface Outcome {
  exit: number | string;
  stdout: string;
  stderr: string;
  answers: string[];
}

export interface Program {
  node: string;
  /** Absolute path of what is started. */
  file: string;
  /** Absolute path of the app's files. */
  root: string;
  cwd: string;
}

/** Time for one run, milliseconds: far more than any case needs. */
const LIMIT_MS = 30_000;

export function entryOf(one: PackCase): string {
  return one.entry ?? Object.keys(one.files)[0]!;
}

/** Writes the files of a case; null, or why it cannot be set up here. */
export function setUp(one: PackCase, root: string): string | null {
  const files = { 'package.json': '{"name":"case","version":"1.0.0"}', ...one.files };
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  for (const [path, target] of Object.entries(one.links ?? {})) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    symlinkSync(relative(dirname(join(root, path)), join(root, target)), join(root, path));
  }
  if (one.installed === undefined) return null;
  const from = join(repository, 'node_modules', one.installed);
  if (!existsSync(from)) return `${one.installed} is not installed on this machine`;
  cpSync(realpathSync(from), join(root, 'node_modules', one.installed), { recursive: true });
  return null;
}

/** Where the app's files lie in a build: above the shallowest copy of its entry. */
export function rootIn(outdir: string, entry: string): string {
  const [copy] = globSync(`**/${entry}`, { cwd: outdir, exclude: ['**/node_modules/**'] }).sort((a, b) => a.length - b.length);
  if (copy === undefined) throw new Error(`${entry} is not beside the pack.`);
  return join(outdir, copy.slice(0, -entry.length)).replace(/\/$/, '');
}

/** Runs a case to its end or, when it is a server, until it has answered. */
export async function outcome(one: PackCase, program: Program): Promise<Outcome> {
  const { node, file, root, cwd } = program;
  const port = one.requests === undefined ? 0 : await freePort();
  const given = Object.fromEntries(Object.entries(one.env ?? {}).map(([name, value]) => [name, value.replaceAll('<root>', root)]));
  const env = { ...clean(process.env), PORT: String(port), PWD_OF_TEST: cwd, ROOT_OF_TEST: root, ...given };
  const argv = [...(one.execArgv ?? []).map((arg) => arg.replaceAll('<root>', root)), file, ...(one.args ?? [])];
  const ran = one.requests === undefined ? await toItsEnd(node, argv, { cwd, env }) : await whileAsked(node, argv, { cwd, env }, port, one.requests);
  const words = wordsFor(program);
  return { exit: ran.exit, stdout: words(ran.stdout), stderr: one.anyStderr === true ? '' : ownPart(words(ran.stderr)), answers: ran.answers.map(words) };
}

type Ran = Omit<Outcome, 'answers'> & { answers: string[] };
type Where = { cwd: string; env: NodeJS.ProcessEnv };

function toItsEnd(node: string, argv: string[], where: Where): Promise<Ran> {
  return new Promise((done) => {
    execFile(node, argv, { ...where, timeout: LIMIT_MS, killSignal: 'SIGKILL', maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      done({ exit: error === null ? 0 : (error.signal ?? error.code ?? 'no code'), stdout, stderr, answers: [] });
    });
  });
}

async function whileAsked(node: string, argv: string[], where: Where, port: number, paths: readonly string[]): Promise<Ran> {
  const child = spawn(node, argv, { ...where, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (text) => (said.stdout += String(text)));
  child.stderr.on('data', (text) => (said.stderr += String(text)));
  let exit: number | string = 'runs';
  const ended = new Promise<void>((done) => child.once('exit', (code, signal) => done(void (exit = code ?? signal ?? 'no code'))));
  const answers: string[] = [];
  try {
    const begun = performance.now();
    while (exit === 'runs' && performance.now() - begun < LIMIT_MS && (await ask(port, paths[0]!)) === null) await sleep(20);
    for (const path of paths) if (exit === 'runs') answers.push((await ask(port, path)) ?? 'no answer');
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
  return { exit: exit === 'SIGKILL' ? 0 : exit, ...said, answers };
}

async function ask(port: number, path: string): Promise<string | null> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => null);
  return answer === null ? null : `${answer.status} ${await answer.text()}`;
}

/** Without what would make the Node under test another one. */
function clean(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(NODE_|npm_|LWA_SPLIT|FORCE_COLOR|NO_COLOR)/.test(name)));
}

function wordsFor({ root }: Program): (text: string) => string {
  return (text) => text.replaceAll(pathToFileURL(root).href, 'file://<root>').replaceAll(root, '<root>').replaceAll(/\(node:\d+\)/g, '(node:pid)');
}

/** Without frames of Node's own or of a runtime, which a reader skips. */
function ownPart(stderr: string): string {
  return stderr
    .split('\n')
    .filter((line) => !/^\s+at /.test(line) || /<root>/.test(line))
    .filter((line) => !/^node:internal|^Node\.js v/.test(line))
    .join('\n')
    .trim();
}
