#!/usr/bin/env node
// Runs on any Node that knows ES modules, so that an old one gets a sentence and not a stack: no static imports.

const needed = [22, 18];
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < needed[0]! || (major === needed[0] && minor < needed[1]!)) {
  process.stderr.write(`error: lwa-split needs Node ${needed.join('.')} or later; this is Node ${process.versions.node}.\nhint: Install a newer Node to run lwa-split; the app itself may be measured on Node 20 and later with --node <path>.\n`);
  process.exitCode = 2;
} else {
  // Built, the command line is a bundle beside this file; in the sources it is the module itself.
  const cli = import.meta.url.endsWith('.ts') ? './main.ts' : './cli.js';
  void import(cli).then(async ({ main, tell }: typeof import('./main.ts')) => {
    // What fails beside the command, in a timer or a promise that nobody waits for, is a bug too.
    process.on('uncaughtException', (error) => void tell(error).then((code) => process.exit(code)));
    process.exitCode = await main(process.argv.slice(2));
  });
}
