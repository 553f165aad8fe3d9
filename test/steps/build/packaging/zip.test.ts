import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { packagingFindings } from '../../../../src/steps/build/packaging/index.ts';
import { zipFiles } from '../../../../src/steps/build/packaging/zip.ts';
import { temporaryFolder } from '../../../helpers/installed.ts';
import { aPackaging } from './a-packaging.ts';

const codes = (bytes: number, codeCache: 'none' | 'real-start' = 'none'): string[] => packagingFindings({ bytes, codeCache }).map(({ code }) => code);

/** Runs run.sh as the adapter's layer does, from a folder of its own; what the server tells. */
async function started(t: TestContext, workdir: string): Promise<{ cwd: string; parent: boolean; argv: string }> {
  const folder = temporaryFolder((clean) => t.after(clean));
  mkdirSync(join(folder, workdir), { recursive: true });
  writeFileSync(join(folder, 'server.cjs'), 'console.log(JSON.stringify({ cwd: process.cwd(), pid: process.pid, argv: process.argv[1] }))');
  const [script] = zipFiles(aPackaging({ workdir }));
  writeFileSync(join(folder, script!.path), script!.text);
  chmodSync(join(folder, script!.path), script!.mode);
  const running = promisify(execFile)(join(folder, 'run.sh'), { cwd: tmpdir() });
  const { pid, cwd, argv } = JSON.parse((await running).stdout) as { pid: number; cwd: string; argv: string };
  assert.equal(statSync(join(folder, 'run.sh')).mode & 0o777, 0o755);
  return { cwd: cwd.slice(folder.length), parent: pid === running.child.pid, argv: argv.slice(folder.length) };
}

describe('the zip layout', () => {
  it('starts the server in the place of the script, in the folder of the app, from wherever it is called', async (t) => {
    assert.deepEqual(await started(t, '.'), { cwd: '', parent: true, argv: '/server.cjs' });
    assert.deepEqual(await started(t, 'files/app'), { cwd: '/files/app', parent: true, argv: '/server.cjs' });
  });

  it('gives Node and the server what the start command does', () => {
    const [script] = zipFiles(aPackaging({ workdir: 'files', given: { variables: ['NODE_ENV=production'], flags: ['--env-file=.env'], words: ['-p', '$PORT'] } }));
    assert.match(script!.text, /\nNODE_ENV=production exec node --env-file=\.env \.\.\/server\.cjs -p \$PORT\n/);
  });

  it('is an executable with a shebang and the line ends of Linux', () => {
    const [script] = zipFiles(aPackaging());
    assert.equal(script!.mode, 0o755);
    assert.match(script!.text, /^#!\/bin\/bash\n/);
    assert.doesNotMatch(script!.text, /\r/);
  });
});

describe('the size of the output', () => {
  it('is told where a zip or an image has to be uploaded otherwise or cannot be', () => {
    const mb = 2 ** 20;
    assert.deepEqual([50 * mb, 50 * mb + 1, 250 * mb, 250 * mb + 1, 10_240 * mb, 10_240 * mb + 1].map((bytes) => codes(bytes)), [[], ['zip-by-s3'], ['zip-by-s3'], ['zip-too-large'], ['zip-too-large'], ['image-too-large']]);
  });

  it('is told in megabytes, Lambda\'s limit also as it is defined', () => {
    assert.match(packagingFindings({ bytes: 300e6, codeCache: 'none' })[0]!.message, /^The output is 300 MB, .* 262 MB \(250 MiB\)/);
  });
});

it('a code cache is told to need the Node that made it', () => {
  assert.deepEqual(codes(0, 'real-start'), ['code-cache-needs-its-node']);
});
