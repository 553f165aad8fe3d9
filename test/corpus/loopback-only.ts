import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';

const MARK = 'LWA_SPLIT_LOOPBACK_ONLY';

/** True inside `runLoopbackOnly`. */
export const isLoopbackOnly = process.env[MARK] === '1';

/**
 * Runs a script of ours with this Node in a network namespace that has no interface but the loopback, and returns its
 * standard output, whatever its exit code. Null where no such namespace can be made: that takes Linux and root, or a
 * system that lets users make namespaces.
 */
export async function runLoopbackOnly(script: string, args: string[]): Promise<string | null> {
  const prefix = loopbackPrefix();
  if (prefix === null) return null;
  const [unshare, ...command] = [...prefix, process.execPath, script, ...args];
  const env = { ...process.env, [MARK]: '1' };
  const child = promisify(execFile)(unshare!, command, { env, maxBuffer: 1 << 28 });
  child.child.stderr?.pipe(process.stderr);
  try {
    return (await child).stdout;
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

/** Words that make a command run so; null where that cannot be. */
export function loopbackPrefix(): string[] | null {
  const flags = [['-n'], ['-rn']].find((some) => spawnSync('unshare', [...some, 'true']).status === 0);
  return flags === undefined ? null : ['unshare', ...flags, 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'];
}
