import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { progressFor, renderOptions, type Io } from '../../src/cli/io.ts';

function world({ terminal = true, env = {} }: { terminal?: boolean; env?: Record<string, string> }): Io & { told: string } {
  const output = { write: async () => undefined, isTTY: terminal, columns: terminal ? 20 : undefined };
  const io = { stdout: output, stderr: { ...output, write: async (text: string) => void (io.told += text) }, cwd: '/', env, told: '' };
  return io;
}

function shown(io: Io & { told: string }, asDocument: boolean): string {
  const progress = progressFor(io, asDocument);
  progress.show('Starting the app, run 3');
  progress.end();
  return io.told;
}

describe('colors', () => {
  it('are for terminals that want them', () => {
    const colors = [world({}), world({ env: { NO_COLOR: '1' } }), world({ env: { TERM: 'dumb' } }), world({ terminal: false })].map((io) => renderOptions(io).color);
    assert.deepEqual(colors, [true, false, false, false]);
  });
});

describe('the width', () => {
  it('is the terminal\'s, else COLUMNS, else 80', () => {
    const widths = [world({}), world({ terminal: false, env: { COLUMNS: '120' } }), world({ terminal: false })].map((io) => renderOptions(io).columns);
    assert.deepEqual(widths, [20, 120, 80]);
  });
});

describe('progress', () => {
  it('is one changing line on a terminal, cut to its width and taken away at the end', () => {
    assert.equal(shown(world({}), true), '\r\u001b[2KStarting the app, r\r\u001b[2K');
  });

  it('is plain lines beside a report that is piped', () => {
    assert.equal(shown(world({ terminal: false }), false), 'Starting the app, run 3\n');
  });

  it('is silent beside a piped document, and in CI', () => {
    assert.deepEqual([shown(world({ terminal: false }), true), shown(world({ env: { CI: 'true' } }), false)], ['', '']);
  });
});
