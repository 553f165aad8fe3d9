import { CommanderError, type Command } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { actions } from './actions.ts';
import type { Io, Output } from './io.ts';
import { program } from './program.ts';

/** Runs one command line (without node and script) and resolves to its exit code; see "Exit codes" in the contract. */
export async function main(argv: readonly string[], io: Io = processIo()): Promise<number> {
  const printed: string[] = [];
  let code = 0;
  const root = program(manifest.version, actions(io, () => void (code = 1)), (text) => void printed.push(text));
  try {
    await run(root, argv);
    if (printed.length > 0) await io.stdout.write(printed.join(''));
    return code;
  } catch (error) {
    const reason = error instanceof CommanderError ? (await import('./usage.ts')).usageError(error, root, argv) : error;
    return tell(reason, io, argv.includes('--debug'));
  }
}

/** Help and version end commander by an error of exit code 0, which is none. */
async function run(root: Command, argv: readonly string[]): Promise<void> {
  try {
    if (argv.length === 0) root.help();
    await root.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError) || error.exitCode !== 0) throw error;
  }
}

/** Says what went wrong, in one sentence and a hint where the user can mend it, and resolves to the exit code. */
export async function tell(error: unknown, io: Io = processIo(), debug = false): Promise<number> {
  const { UserError } = await import('../model/trouble.ts');
  if (error instanceof UserError) {
    await io.stderr.write(`error: ${error.message}\nhint: ${error.hint}\n`);
    if (debug) await io.stderr.write(`${causes(error).join('\n')}\n`);
    return 2;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  await io.stderr.write(`${stack}\n\nThis is a bug in lwa-split ${manifest.version}, on Node ${process.versions.node}. Please report it with the lines above: ${reportTo}\n`);
  return 3;
}

const reportTo = 'https://www.npmjs.com/package/lwa-split';

function causes(error: unknown): string[] {
  if (!(error instanceof Error)) return error === undefined ? [] : [String(error)];
  return [error.stack ?? error.message, ...causes(error.cause).map((cause) => `caused by: ${cause}`)];
}

function processIo(): Io {
  const stderr = outputTo(process.stderr);
  // Where even complaints cannot be written, the exit code has to do.
  return { stdout: outputTo(process.stdout), stderr: { ...stderr, write: (text) => stderr.write(text).catch(() => undefined) }, cwd: process.cwd(), env: process.env };
}

/** A reader that goes away early (`lwa-split analyze | head`) is no trouble: what is left unsaid was not wanted. */
function outputTo(stream: NodeJS.WriteStream): Output {
  // Told to whoever writes, by the write itself.
  stream.on('error', () => undefined);
  return {
    write: async (text) => {
      const error = await new Promise<NodeJS.ErrnoException | null | undefined>((done) => stream.write(text, done));
      if (error == null || error.code === 'EPIPE') return;
      const { UserError } = await import('../model/trouble.ts');
      throw new UserError('cannot-write', `The result cannot be written (${error.code ?? error.message}).`, 'Check where the output goes: is the disk full?', error);
    },
    isTTY: stream.isTTY === true,
    columns: stream.columns,
  };
}
