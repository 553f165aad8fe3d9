import { execFile } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';
import { systemCacheFolder } from '../../src/system/files.ts';

/** The newest one in the crate registry (November 2026); from 1.1.0 on it is not published there any more. */
export const adapterVersion = '1.0.0-rc1';
/** The version of the SAM CLI whose package carries the emulator, for when the Go proxy does not have it. */
const samVersion = '1.170.0';

/** Set where a missing binary is a failure, as in .ci/run; elsewhere its tests are skipped. */
const required = process.env['LWA_SPLIT_REQUIRE_LAMBDA'] === '1';

/** The real Lambda Web Adapter's binary; null, after skipping the test, when it was never built here. LWA_SPLIT_ADAPTER names another one. */
export function realAdapter(t: TestContext): string | null {
  return present(t, adapterPath(), 'the Lambda Web Adapter is not built here (npm run lambda-binaries)');
}

/** The official Lambda runtime interface emulator; null, after skipping the test, when it is not here. */
export function emulator(t: TestContext): string | null {
  return present(t, emulatorPath(), 'the Lambda emulator is not here (npm run lambda-binaries)');
}

function present(t: TestContext, path: string, otherwise: string): string | null {
  if (existsSync(path)) return path;
  if (required) throw new Error(otherwise);
  // A clone that has not built them can still run the other tests; CI, which demands them, has thrown above.
  t.skip(otherwise);
  return null;
}

function adapterPath(): string {
  return process.env['LWA_SPLIT_ADAPTER'] ?? join(systemCacheFolder(join('lambda', `adapter-${adapterVersion}`)), 'bin', 'lambda-adapter');
}

function emulatorPath(): string {
  return join(systemCacheFolder(join('lambda', 'emulator')), 'aws-lambda-rie');
}

/** Builds what is missing; minutes for the adapter. Rejects when it cannot. */
export async function installLambdaBinaries(say: (line: string) => void): Promise<void> {
  if (!existsSync(adapterPath())) {
    say(`Building lambda_web_adapter ${adapterVersion} with cargo`);
    await run('cargo', ['install', 'lambda_web_adapter', '--version', adapterVersion, '--locked', '--root', systemCacheFolder(join('lambda', `adapter-${adapterVersion}`))]);
  }
  say(`Adapter: ${adapterPath()}`);
  if (!existsSync(emulatorPath())) {
    say('Installing the Lambda runtime interface emulator');
    await emulatorByGo().catch(() => emulatorFromSam(say));
  }
  say(`Emulator: ${emulatorPath()}`);
}

function emulatorByGo(): Promise<unknown> {
  return run('go', ['install', 'github.com/aws/aws-lambda-runtime-interface-emulator/cmd/aws-lambda-rie@latest'], { GOBIN: systemCacheFolder(join('lambda', 'emulator')) });
}

/** AWS ships the same binary inside the wheel of the SAM CLI. */
async function emulatorFromSam(say: (line: string) => void): Promise<void> {
  say(`The Go proxy does not have it; taking the one in aws-sam-cli ${samVersion}`);
  const folder = mkdtempSync(join(tmpdir(), 'lwa-split-sam-'));
  try {
    await run('python3', ['-m', 'pip', 'download', '--no-deps', '--quiet', '--dest', folder, `aws-sam-cli==${samVersion}`]);
    const [wheel] = readdirSync(folder);
    await run('python3', ['-m', 'zipfile', '-e', join(folder, wheel!), folder]);
    copyFileSync(join(folder, 'samcli', 'local', 'rapid', `aws-lambda-rie-${process.arch === 'arm64' ? 'arm64' : 'x86_64'}`), emulatorPath());
    chmodSync(emulatorPath(), 0o755);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(file: string, args: string[], env: Record<string, string> = {}): Promise<unknown> {
  return promisify(execFile)(file, args, { env: { ...process.env, ...env }, maxBuffer: 64 << 20 });
}
