import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';
import { systemCacheFolder } from '../../src/system/files.ts';

/** Too heavy to be dependencies of ours: some 140 MB. */
const packages = { eslint: '^9.0.0', jest: '^30.0.0', 'typescript-eslint': '^8.0.0', vitest: '^4.0.0' };

/** The node_modules that holds Jest, Vitest and ESLint, installed into the user's cache folder once; null, and the test skipped, where npm cannot. */
export async function testRunners(t: TestContext): Promise<string | null> {
  const folder = systemCacheFolder('test-runners');
  const modules = join(folder, 'node_modules');
  if (Object.keys(packages).every((name) => existsSync(join(modules, name, 'package.json')))) return modules;
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: packages }));
  try {
    await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: folder });
    return modules;
  } catch (error) {
    t.skip(`Jest, Vitest and ESLint cannot be installed: ${(error as Error).message.split('\n')[0]}`);
    return null;
  }
}
