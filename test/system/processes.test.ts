import assert from 'node:assert/strict';
import { test } from 'node:test';
import { membersOf, parsePs, processTable, type Process } from '../../src/system/processes.ts';

function aProcess(pid: number, rest: Partial<Process> = {}): Process {
  return { pid, parent: 1, group: pid, session: pid, run: null, ...rest };
}

const table = [
  aProcess(900, { run: 'ab-1' }),
  aProcess(901, { parent: 900, group: 900, session: 900, run: 'ab-1' }),
  aProcess(902, { run: 'outer/ab-1' }), // a daemon: own session, parent gone
  aProcess(903, { group: 900, session: 900 }), // cleared its environment
  aProcess(904, { parent: 902 }), // cleared its environment and left, but its parent is known
  aProcess(905, { run: 'ab-2' }),
  aProcess(906),
];

test('a run has the processes that carry its id and their descendants', () => {
  assert.deepEqual(
    membersOf(table, { runId: 'ab-1' }).map((row) => row.pid),
    [900, 901, 902, 904],
  );
});

test('with the pid of its first process it also has those of its session', () => {
  assert.deepEqual(
    membersOf(table, { runId: 'ab-1', pid: 900 }).map((row) => row.pid),
    [900, 901, 902, 903, 904],
  );
});

test('our own process is found in the table, and never ended as a part of a run', () => {
  const own = processTable().find((row) => row.pid === process.pid);
  assert.equal(own?.parent, process.ppid);
  assert.equal(membersOf(processTable(), { pid: process.ppid }).some((row) => row.pid === process.pid), false);
});

test('the list that ps prints on macOS is read with the marker of each process, without zombies', () => {
  const text = [
    '  501     1   501 Ss   node server.js HOME=/Users/me LWA_SPLIT_RUN=ab-1 LANG=C',
    '  502   501   501 S+   /bin/zsh -c LWA_SPLIT_RUNNER=1',
    '  503   501   501 Z    (node)',
    '',
  ].join('\n');
  assert.deepEqual(parsePs(text), [
    { pid: 501, parent: 1, group: 501, session: 0, run: 'ab-1' },
    { pid: 502, parent: 501, group: 501, session: 0, run: null },
  ]);
});
