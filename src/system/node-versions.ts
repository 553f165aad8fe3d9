import { execFile } from 'node:child_process';
import { UserError } from '../model/trouble.ts';

const OLDEST_MAJOR = 20;

/** Version of the Node at this path, as `24.21.0`. Throws a UserError when it is no Node or older than 20. */
export async function nodeVersion(nodePath: string): Promise<string> {
  const answer = nodePath === process.execPath ? process.versions.node : await versionSaidBy(nodePath);
  const match = /^(\d+)\.\d+\.\d+\S*$/.exec(answer.trim());
  if (match === null) throw new UserError('not-node', `${nodePath} is not Node.js.`, 'Give the path of a node executable, such as the output of "which node".');
  if (Number(match[1]) < OLDEST_MAJOR) {
    throw new UserError('node-too-old', `${nodePath} is Node ${match[0]}; an app is measured on Node ${OLDEST_MAJOR} or later.`, 'Name a newer one with --node.');
  }
  return match[0];
}

/** Bun and Deno know `process.versions.node` too, so they must be ruled out by name. Empty when the file is nothing of the kind. */
function versionSaidBy(nodePath: string): Promise<string> {
  const question = 'process.versions.bun || process.versions.deno ? "" : process.versions.node';
  return new Promise((resolve) => {
    const env = { ...process.env, NODE_OPTIONS: '' };
    execFile(nodePath, ['-p', question], { timeout: 10_000, env }, (error, stdout) => resolve(error === null ? stdout : ''));
  });
}
