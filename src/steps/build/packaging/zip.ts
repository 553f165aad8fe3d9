import type { Finding } from '../../../model/trouble.ts';
import { findings } from '../../../model/trouble.ts';
import type { PackagedFile, PackagingInput } from './index.ts';

/** Lambda's quotas, bytes: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html, read 2026-11. */
export const limits = {
  /** Of a zip function's unpacked code with all its layers. */
  unzipped: 250 * 2 ** 20,
  /** Of a zip that is sent to the API itself instead of by S3. */
  directUpload: 50 * 2 ** 20,
  /** Of a container image, unpacked. */
  image: 10 * 2 ** 30,
};

/** The file that `Handler` names. The adapter's layer runs it with exec, so it has to be executable and end its lines as Linux does. */
export function zipFiles({ server, workdir, given }: PackagingInput): PackagedFile[] {
  const up = workdir === '.' ? '' : workdir.split('/').map(() => '../').join('');
  const text = ['#!/bin/bash', `cd "$(dirname "$0")${workdir === '.' ? '' : `/${workdir}`}" || exit 1`, '# With exec, Lambda\'s SIGTERM reaches Node.', [...given.variables, 'exec', 'node', ...given.flags, `${up}${server}`, ...given.words].join(' '), ''].join('\n');
  return [{ path: 'run.sh', text, mode: 0o755 }];
}

/** What an output of so many bytes meets on Lambda. */
export function sizeFindings(bytes: number): Finding[] {
  if (bytes > limits.image) return [findings['image-too-large']({ bytes })];
  if (bytes > limits.unzipped) return [findings['zip-too-large']({ bytes })];
  return bytes > limits.directUpload ? [findings['zip-by-s3']({ bytes })] : [];
}
