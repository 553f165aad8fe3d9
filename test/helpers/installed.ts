import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

export const repository = join(import.meta.dirname, '../..');

export interface Result {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end and never rejects; a program that a signal ended has code -1. */
export function run(file: string, args: readonly string[], { cwd, env = {} }: { cwd: string; env?: Record<string, string> }): Promise<Result> {
  return new Promise((done) => {
    execFile(file, args, { cwd, env: { ...outsideNpm(process.env), ...env }, maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      done({ code, stdout, stderr });
    });
  });
}

/** The built tool's front door. */
export function runTool(args: readonly string[], options: { cwd: string; env?: Record<string, string> }): Promise<Result> {
  return run(process.execPath, [join(repository, 'dist/bin.js'), ...args], options);
}

/** A new folder that is gone after the tests. The path is the real one, as processes in it will name it. */
export function temporaryFolder(after: (clean: () => void) => void): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'lwa-split-test-')));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * Packs the repository as it would be published and installs the package into an empty project below `folder`. The
 * build must be there already.
 */
export async function installPackage(folder: string): Promise<{ project: string; install: Result }> {
  const packed = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], { cwd: repository });
  if (packed.code !== 0) throw new Error(`npm pack failed: ${packed.stderr}`);
  const [tarball] = JSON.parse(packed.stdout) as { filename: string }[];
  const project = join(folder, 'project');
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'foreign', private: true }));
  const install = await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', join(folder, tarball!.filename)], { cwd: project });
  return { project, install };
}

/**
 * What npm sets for scripts it runs would send a second npm into our folder; where packages come from is kept. The
 * Node of the tests comes first on PATH, because the machine's own may be too old.
 */
function outsideNpm(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !/^(npm_|INIT_CWD$|NODE_TEST_CONTEXT$)/.test(name) || /^npm_config_(registry|cache|userconfig)$/.test(name));
  return { ...Object.fromEntries(kept), PATH: `${dirname(process.execPath)}${delimiter}${env['PATH'] ?? ''}` };
}
