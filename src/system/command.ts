import { startApp } from './start.ts';

export interface CommandRun {
  command: string;
  cwd: string;
  /** On top of the inherited environment; its values are hidden in what is told of the output. */
  env: Record<string, string>;
  node?: string | undefined;
}

/** Runs a shell command to its end, and ends what it leaves behind. `lastLine` of its output is empty where it said nothing. */
export async function runCommand({ command, cwd, env, node }: CommandRun): Promise<{ ok: boolean; lastLine: string }> {
  const run = startApp({ command, cwd, env, node });
  const { code } = await run.exited;
  await run.stop();
  return { ok: code === 0, lastLine: run.output().trim().split('\n').at(-1) ?? '' };
}
