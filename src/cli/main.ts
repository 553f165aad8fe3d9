import { CommanderError } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { actions } from './actions.ts';
import type { Io, Output } from './io.ts';
import { program } from './program.ts';

/** Runs one command line (without node and script) and resolves to its exit code; see "Exit codes" in the contract. */
export async function main(argv: readonly string[], io: Io = processIo()): Promise<number> {
  const printed: string[] = [];
  const root = program(manifest.version, actions(io), (text) => void printed.push(text));
  try {
    if (argv.length === 0) root.help();
    await root.parseAsync([...argv], { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const reason = error instanceof CommanderError ? (await import('./usage.ts')).usageError(error, root, argv) : error;
    return await tell(reason, io, argv.includes('--debug'));
  } finally {
    if (printed.length > 0) await io.stdout.write(printed.join(''));
  }
}

async function tell(error: unknown, io: Io, debug: boolean): Promise<number> {
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
  return { stdout: outputTo(process.stdout), stderr: outputTo(process.stderr), cwd: process.cwd(), env: process.env };
}

/** A reader that goes away early (`lwa-split analyze | head`) is no trouble: what is left unsaid was not wanted. */
function outputTo(stream: NodeJS.WriteStream): Output {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return {
    write: (text) => new Promise((done) => stream.write(text, () => done())),
    isTTY: stream.isTTY === true,
    columns: stream.columns,
  };
}
